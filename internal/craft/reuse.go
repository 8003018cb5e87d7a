package craft

// The content-encryption key of one message as the key-encryption key of the next (RFC
// 3185), as the drafts on end-to-middle security would have it in a dialog.

import (
	"encoding/hex"

	"github.com/sipseal/sipseal/internal/oid"
)

// EncryptForReuse makes an EnvelopedData as Encrypt does, which gives its
// content-encryption key a name, and gives that key: who has it opens later messages
// that are encrypted for it.
func EncryptForReuse(content []byte, recipients []Recipient, reference []byte) (der []byte, later SecretKey, err error) {
	c, err := cipherNamed("")
	if err != nil {
		return nil, SecretKey{}, err
	}
	der, key, err := c.envelope(content, recipients, sequence(oidValue(oid.CEKReference), tlv(tagSet, octets(reference))))
	return der, SecretKey{hex.EncodeToString(reference), hex.EncodeToString(key)}, err
}
