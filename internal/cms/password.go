package cms

// Keys that are derived, from passwords and from the keys of earlier messages, and
// EncryptedData, which takes a password or a key that both sides know.

import (
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// passwords tries the passwords on a PasswordRecipientInfo. One without a key
// derivation algorithm takes a key as it is (RFC 5652 section 6.2.4).
func (o *opener) passwords(r *Recipient) bool {
	if r.Derivation.IsZero() {
		for _, s := range o.keys.Secrets {
			if o.try(r, s.Name, false, func() ([]byte, error) { return algo.UnwrapKey(r.Algorithm, s.Key, r.EncryptedKey) }) {
				return true
			}
		}
		return false
	}
	size, err := algo.KEKSize(r.Algorithm)
	if err != nil {
		return false
	}
	for i, p := range o.keys.Passwords {
		if o.try(r, passwordName(i), false, func() ([]byte, error) {
			kek, err := algo.DeriveKey(o.keys.Work, r.Derivation, p, size, size)
			if err != nil {
				return nil, err
			}
			return algo.UnwrapKey(r.Algorithm, kek, r.EncryptedKey)
		}) {
			return true
		}
	}
	return false
}

func passwordName(i int) string { return "password " + strconv.Itoa(i+1) }

// derived gives the key-encryption keys that this message derives from an earlier
// message's content-encryption key (RFC 3185 section 4).
func (o *opener) derived(r *Recipient) []Secret {
	var out []Secret
	if len(r.KeyID) == 0 {
		return nil
	}
	for _, s := range o.keys.Secrets {
		if string(s.ID) == string(r.KeyID) {
			out = append(out, o.derive(o.e, s.ID, s.Key)...)
		}
	}
	return out
}

// derive derives a key-encryption key from a content-encryption key, as an
// envelope's kekDerivationAlg attribute says.
func (o *opener) derive(e *EnvelopedData, id, cek []byte) []Secret {
	v, count := single(e.Unprotected, oid.KEKDerivationAlg)
	if count != 1 || len(id) == 0 || len(cek) == 0 {
		return nil
	}
	alg, err := algo.ReadIdentifier(v.First())
	if err != nil {
		return nil
	}
	size, err := algo.KEKSize(alg)
	if err != nil {
		return nil
	}
	kdf := algo.Identifier{OID: oid.PBKDF2, Params: v.First().Next(), Value: v}
	key, err := algo.DeriveKey(o.keys.Work, kdf, string(cek), size, size)
	if limit.Reached(err) {
		o.bound = err
	}
	if err != nil {
		return nil
	}
	return []Secret{{ID: id, Key: key, Name: earlierCEK}}
}

// encryptedData opens EncryptedData, whose key is a password's or known to both
// sides (RFC 5652 section 8). Nothing but padding tells the right key from a wrong
// one, and one wrong key in 256 passes; so where several keys fit, content that looks
// like something is preferred.
func (o *opener) encryptedData() {
	alg := o.e.Algorithm
	var err error
	// keep takes the outcome of one key, and reports whether to look no further.
	keep := func(name string, key, content []byte, openErr error) bool {
		if openErr != nil {
			err = openErr
			return false
		}
		if o.d.Verdict != Decrypted || plausible(content) {
			o.d.Verdict, o.d.KeyName, o.d.CEK, o.d.Content = Decrypted, name, key, content
		}
		return plausible(content)
	}
	if isPBE(alg.OID) {
		for i, p := range o.keys.Passwords {
			content, err := algo.DecryptPBE(o.keys.Work, alg, p, o.e.Encrypted)
			if keep(passwordName(i), nil, content, err) {
				return
			}
		}
	} else {
		for _, s := range o.keys.Secrets {
			if o.trials++; o.trials > limit.KeyTrials {
				return
			}
			content, err := o.e.open(s.Key, o.d)
			if keep(s.Name, s.Key, content, err) {
				return
			}
		}
	}
	if o.d.Verdict == Decrypted {
		return
	}
	switch {
	case algo.AsUnsupported(err) != nil:
		o.unknown = err
	case limit.Reached(err):
		o.bound = err
	case errors.Is(err, algo.ErrTruncated), o.e.Encrypted == nil && err != nil:
		// No key can be right.
		o.failure = err.Error()
	}
}

// plausible reports whether content looks like what people encrypt: text, or one
// value of BER.
func plausible(content []byte) bool {
	if utf8.Valid(content) {
		return true
	}
	tree := ber.ParseOne(content)
	return tree.Err() == nil && tree.End == len(content)
}
