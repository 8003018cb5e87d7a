package identity

import (
	"testing"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/vectors"
)

// The signatures of ES256, r and s one after the other, by every vector of project
// Wycheproof for them. tokenSignature refuses another length before all else.
func TestES256Wycheproof(t *testing.T) {
	held := 0
	for _, g := range vectors.Wycheproof(t, "ecdsa_secp256r1_sha256_p1363") {
		pub, err := algo.ReadPublicKey(ber.ParseOne(g.PublicKey).Root())
		if err != nil || pub.Err != nil {
			t.Fatal(err, pub.Err)
		}
		for _, v := range g.Tests {
			holds := len(v.Sig) == 64 &&
				algo.VerifySignature(algo.Identifier{OID: oid.ECDSAWithSHA256}, algo.Hash{}, pub, v.Msg, ecdsaDER(v.Sig)) == nil
			if holds != (v.Result == "valid") {
				t.Errorf("%d is %s (%s), and it holds: %v", v.ID, v.Result, v.Comment, holds)
			}
			if holds {
				held++
			}
		}
	}
	if held == 0 {
		t.Error("none held")
	}
}
