// Package bundle carries the certificates that ship with the program: the test CA of
// RFC 6216 section 2.1, whose private key that RFC publishes, and the certificates
// it issued in sections 2.2 and 2.3.
package bundle

import _ "embed" // for the files below

// CA is the test CA, in PEM.
//
//go:embed rfc6216_ca.pem
var CA []byte

// Domain is the certificate of the server example.com, in PEM.
//
//go:embed rfc6216_domain_example.com.pem
var Domain []byte

// User is the certificate of the user fluffy@example.com, in PEM.
//
//go:embed rfc6216_user_fluffy.pem
var User []byte
