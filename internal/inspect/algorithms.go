package inspect

// Names of algorithms as people say them, where the names of their object
// identifiers are not that.

import (
	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/oid"
)

func algorithmName(id algo.Identifier) string {
	if h, ok := algo.HashFor(id.OID); ok && h.OID == id.OID {
		return h.Name
	}
	switch id.OID {
	case "":
		return ""
	case oid.RSAEncryption:
		return "RSA PKCS #1 v1.5"
	case oid.RSAESOAEP:
		return "RSA OAEP"
	case oid.RSASSAPSS:
		return "RSA PSS"
	case oid.AES128CBC:
		return "AES-128-CBC"
	case oid.AES192CBC:
		return "AES-192-CBC"
	case oid.AES256CBC:
		return "AES-256-CBC"
	case oid.AES128GCM:
		return "AES-128-GCM"
	case oid.AES192GCM:
		return "AES-192-GCM"
	case oid.AES256GCM:
		return "AES-256-GCM"
	case oid.AES128CCM:
		return "AES-128-CCM"
	case oid.AES192CCM:
		return "AES-192-CCM"
	case oid.AES256CCM:
		return "AES-256-CCM"
	case oid.DESEDE3CBC:
		return "3DES-CBC"
	case oid.DESCBC:
		return "DES-CBC"
	case oid.RC2CBC:
		return "RC2-CBC"
	}
	return id.OID.Name()
}
