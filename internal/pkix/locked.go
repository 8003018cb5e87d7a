package pkix

// Private keys under a password: encrypted PKCS #8 and the encryption of RFC 1421
// that OpenSSL used in PEM before.

import (
	"errors"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
)

// errNoPassword: nothing was tried, because no password was given.
var errNoPassword = errors.New("it is encrypted, and no password was given")

// try calls open with one password after another until one is right. It gives
// errNoPassword when there was none to try, and the last error otherwise. An
// algorithm that is not supported, or takes too much work, ends it: no password helps.
func (k *keyReader) try(passwords []string, open func(password string) error) error {
	err := errNoPassword
	for _, p := range passwords {
		if k.trials >= limit.PasswordTrials {
			return limit.Over("passwords tried", limit.PasswordTrials, -1)
		}
		k.trials++
		if err = open(p); err == nil {
			return nil
		}
		if algo.AsUnsupported(err) != nil || limit.Reached(err) {
			return err
		}
	}
	return err
}

// encryptedPrivateKey reads an EncryptedPrivateKeyInfo (RFC 5958 section 3).
func (k *keyReader) encryptedPrivateKey(v ber.Value) *PrivateKey {
	const kind = "encrypted PKCS #8"
	id, err := algo.ReadIdentifier(v.First())
	if err != nil {
		k.problem("key", "an encrypted private key: "+err.Error(), "RFC 5958 section 3")
		return nil
	}
	ciphertext := v.First().Next().Octets()
	var key *algo.PrivateKey
	err = k.try(k.passwords, func(password string) error {
		der, err := algo.DecryptPBE(k.work, id, password, ciphertext)
		if err != nil {
			return err
		}
		root := ber.ParseOne(der).Root()
		if !looksLikePrivateKey(root) {
			// About one wrong password in 256 leaves padding that looks right.
			return algo.ErrPadding
		}
		if key, err = algo.ReadPrivateKeyInfo(root); err != nil {
			k.problem("key", "a private key: "+err.Error(), "RFC 5958 section 2")
		}
		return nil
	})
	if err != nil {
		k.lock(kind, err)
		return nil
	}
	if key == nil {
		return nil
	}
	p := &PrivateKey{PrivateKey: key, Name: k.name, Range: k.at, Encrypted: true}
	k.Private = append(k.Private, p)
	return p
}

// looksLikePrivateKey tells a PrivateKeyInfo from what a wrong password makes.
func looksLikePrivateKey(v ber.Value) bool {
	version := v.First()
	return v.Is(ber.TagSequence) && version.Is(ber.TagInteger) && version.Next().Is(ber.TagSequence) &&
		version.Next().Next().Is(ber.TagOctetString)
}

// unlockPEM decrypts the body of a PEM block by its DEK-Info (RFC 1421 section
// 4.6.1.3): the name of the cipher and its initialization vector, whose first octets
// are the salt too.
func (k *keyReader) unlockPEM(info string, ciphertext []byte) ([]byte, bool) {
	const kind = "encrypted PEM"
	name, ivHex, _ := strings.Cut(info, ",")
	iv, ok := readHex(strings.TrimSpace(ivHex))
	if !ok {
		k.problem("pem", "the DEK-Info "+quote(info)+" cannot be read", "RFC 1421 section 4.6.1.3")
		return nil, false
	}
	var der []byte
	err := k.try(k.passwords, func(password string) error {
		var err error
		der, err = algo.DecryptLegacyPEM(strings.TrimSpace(name), iv, password, ciphertext)
		if err != nil {
			return err
		}
		if tree := ber.ParseOne(der); len(tree.Faults) > 0 || !tree.Root().Is(ber.TagSequence) || tree.End != len(der) {
			return algo.ErrPadding
		}
		return nil
	})
	if err != nil {
		k.lock(kind, err)
		return nil, false
	}
	return der, true
}

func readHex(s string) ([]byte, bool) {
	if len(s)%2 != 0 {
		return nil, false
	}
	out := make([]byte, len(s)/2)
	for i := range out {
		hi, lo := unhex(s[2*i]), unhex(s[2*i+1])
		if hi < 0 || lo < 0 {
			return nil, false
		}
		out[i] = byte(hi<<4 | lo)
	}
	return out, true
}

// lock records that something stayed closed, or that no password could open it.
func (k *keyReader) lock(kind string, err error) {
	switch {
	case algo.AsUnsupported(err) != nil, limit.Reached(err):
		k.problem("password", kind+": "+err.Error(), "")
		return
	case errors.Is(err, errNoPassword):
	case errors.Is(err, algo.ErrPadding), errors.Is(err, algo.ErrMismatch):
		err = errors.New("the password that was given does not open it")
		if n := len(k.passwords); n > 1 {
			err = errors.New("none of the " + strconv.Itoa(n) + " passwords that were given opens it")
		}
		if len(k.passwords) == 0 {
			err = errNoPassword
		}
	default:
		// Neither right nor wrong: what is encrypted is itself broken.
		k.problem("password", kind+": "+err.Error(), "")
		return
	}
	k.Locked = append(k.Locked, Locked{Name: k.name, Kind: kind, Range: k.at, NoPassword: len(k.passwords) == 0, Reason: err.Error()})
}
