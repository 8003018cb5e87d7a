package pkix

// Private keys under a password: encrypted PKCS #8 and the encryption of RFC 1421
// that OpenSSL used in PEM before.

import (
	"github.com/sipseal/sipseal/internal/ber"
)

func (k *keyReader) encryptedPrivateKey(v ber.Value) {
	k.lock("encrypted PKCS #8", errNoPassword)
}

func (k *keyReader) unlockPEM(info string, ciphertext []byte) ([]byte, bool) {
	k.lock("encrypted PEM", errNoPassword)
	return nil, false
}

func (k *keyReader) pkcs12(v ber.Value) {
	k.lock("PKCS #12", errNoPassword)
}

// lock records that something stayed closed.
func (k *keyReader) lock(kind string, err error) {
	k.Locked = append(k.Locked, Locked{Name: k.name, Kind: kind, Range: k.at, NoPassword: len(k.passwords) == 0, Reason: err.Error()})
}
