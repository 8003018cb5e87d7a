package pkix

// The certificates that ship with the program.

import (
	"sync"

	"github.com/sipseal/sipseal/internal/pkix/bundle"
)

// Bundled gives the bundled certificates, parsed when they are first asked for. The
// first is the test CA of RFC 6216, the only one to be trusted; the others are
// certificates that it issued and that the RFC's messages do not carry. The private
// keys of all of them are public.
func Bundled() []*Certificate { return bundled() }

var bundled = sync.OnceValue(func() []*Certificate {
	var certs []*Certificate
	for _, text := range [][]byte{bundle.CA, bundle.Domain, bundle.User} {
		blocks, _ := FindPEM(text)
		for _, b := range blocks {
			if c, err := ParseCertificate(b.Bytes); err == nil {
				certs = append(certs, c)
			}
		}
	}
	return certs
})
