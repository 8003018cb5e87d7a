package craft

// How certificates and keys cross to JavaScript and back: as PEM, in JSON strings.

import (
	"encoding/json"
	"fmt"
)

// Cert is a certificate in PEM or DER. In JSON it is PEM.
type Cert []byte

// MarshalText gives PEM.
func (c Cert) MarshalText() ([]byte, error) {
	if len(c) > 0 && c[0] == tagSequence {
		return CertificatePEM(c), nil
	}
	return c, nil
}

// UnmarshalText takes PEM.
func (c *Cert) UnmarshalText(text []byte) error {
	*c = append([]byte(nil), text...)
	return nil
}

// MarshalJSON gives the key in PEM, without a password.
func (k *Key) MarshalJSON() ([]byte, error) {
	pem, err := k.PEM("")
	if err != nil {
		return nil, err
	}
	return json.Marshal(string(pem))
}

// UnmarshalJSON takes PEM, or {"pem": …, "password": …}, or the same with "der" in
// base64.
func (k *Key) UnmarshalJSON(data []byte) error {
	var given struct {
		PEM, Password string
		DER           []byte
	}
	if len(data) > 0 && data[0] == '"' {
		if err := json.Unmarshal(data, &given.PEM); err != nil {
			return err
		}
	} else if err := json.Unmarshal(data, &given); err != nil {
		return err
	}
	file := given.DER
	if file == nil {
		file = []byte(given.PEM)
	}
	read, err := ReadKey(file, given.Password)
	if err != nil {
		return fmt.Errorf("a private key: %w", err)
	}
	*k = *read
	return nil
}

// DER gives the first certificate of a file as DER.
func DER(file []byte) ([]byte, error) {
	c, err := firstCertificate(file)
	if err != nil {
		return nil, err
	}
	return c.Raw, nil
}
