// Package calls is what a page can ask the maker for: each call takes one JSON value
// and gives one. It is apart from craft so that craft knows no JSON but its own, and
// apart from wasm/craft so that it can be tested without a browser.
package calls

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/sipseal/sipseal/internal/craft"
)

// table are the calls by name.
var table = map[string]func(request []byte) (any, error){
	"choices":        as(choices),
	"key":            as(key),
	"profile":        as(profile),
	"authority":      as(authority),
	"authorityFiles": as(authorityFiles),
	"certificate":    as(certificate),
	"request":        as(request),
	"readRequest":    as(readRequest),
	"crl":            as(crl),
	"files":          as(files),
	"zip":            as(archive),
	"scenarios":      as(scenarios),
	"message":        as(message),
	"damage":         as(damage),
	"form":           as(form),
}

// Call makes a call: the request and the answer are JSON. Bytes in them are base64,
// certificates and keys PEM.
func Call(name string, requestJSON []byte) ([]byte, error) {
	f := table[name]
	if f == nil {
		var names []string
		for n := range table {
			names = append(names, n)
		}
		sort.Strings(names)
		return nil, fmt.Errorf("there is no call %q: there are %s", name, strings.Join(names, ", "))
	}
	answer, err := f(requestJSON)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

// as reads the request into what f takes. A property that f does not know is an
// error: it would be a misspelled one.
func as[Request any](f func(Request) (any, error)) func([]byte) (any, error) {
	return func(data []byte) (any, error) {
		var r Request
		d := json.NewDecoder(bytes.NewReader(data))
		d.DisallowUnknownFields()
		if err := d.Decode(&r); err != nil {
			return nil, errors.New(strings.TrimPrefix(err.Error(), "json: "))
		}
		return f(r)
	}
}

// choices lists what there is to choose from.
func choices(struct{}) (any, error) {
	var forms []string
	for _, f := range craft.Forms {
		forms = append(forms, f.Name)
	}
	return map[string]any{
		"keyTypes":  craft.KeyTypes,
		"digests":   craft.Digests(),
		"ciphers":   craft.Ciphers(),
		"faults":    craft.Faults,
		"damages":   craft.Damages,
		"forms":     forms,
		"sdp":       craft.SDP,
		"kitKeys":   craft.KitKeys,
		"scenarios": craft.ListScenarios(),
	}, nil
}

// key makes a key, or reads one that may be under a password.
func key(r struct {
	Type string
	Key  *craft.Key
}) (any, error) {
	k := r.Key
	if k == nil {
		var err error
		if k, err = craft.GenerateKey(r.Type); err != nil {
			return nil, err
		}
	}
	return map[string]any{"type": k.Type(), "key": k}, nil
}

// profile describes a certificate as the scripts of RFC 6216 would make it.
func profile(r struct {
	Kind    string // "ca", "intermediate", "user", "domain"
	Address string
	EKU     bool
	Days    int
	PathLen int
	Fault   string
}) (any, error) {
	now := time.Now()
	var c craft.Certificate
	var err error
	switch r.Kind {
	case "ca":
		c = craft.DefaultCA()
	case "intermediate":
		c = craft.IntermediateCA("Intermediate", r.PathLen)
	default:
		// A minute of tolerance for clocks that are behind.
		c, err = craft.MakeCert(r.Address, r.Kind, r.EKU, r.Days, now.Add(-time.Minute))
	}
	if err != nil {
		return nil, err
	}
	return craft.WithFault(c, r.Fault, now)
}

// identity is a certificate with its key.
type identity struct {
	Certificate craft.Cert `json:"certificate"`
	Key         *craft.Key `json:"key,omitempty"`
}

var errNoKey = errors.New("the CA's private key is not given")

func (i identity) issuer() (*craft.Issuer, error) {
	if i.Key == nil {
		return nil, errNoKey
	}
	issuer, err := craft.NewIssuer(i.Certificate, i.Key)
	if err != nil {
		return nil, fmt.Errorf("the CA: %w", err)
	}
	return issuer, nil
}

// authority makes a self-signed CA, or takes one that is given and says whether key
// and certificate belong together.
func authority(r struct {
	Certificate craft.Certificate
	KeyType     string
	Key         *craft.Key
	Given       craft.Cert
}) (any, error) {
	if len(r.Given) > 0 {
		given := identity{r.Given, r.Key}
		issuer, err := given.issuer()
		if err != nil {
			return nil, err
		}
		if !issuer.Matches() {
			return nil, errors.New("the private key is not that of the CA's certificate")
		}
		return given, nil
	}
	k, err := given(r.Key, r.KeyType)
	if err != nil {
		return nil, err
	}
	der, err := craft.SelfSign(r.Certificate, k)
	if err != nil {
		return nil, err
	}
	return identity{der, k}, nil
}

// given is a key that is given, or a fresh one.
func given(k *craft.Key, kind string) (*craft.Key, error) {
	if k != nil {
		return k, nil
	}
	return craft.GenerateKey(kind)
}

// certificate issues a certificate for a key that is given, for a fresh one, or for
// the key of a request.
func certificate(r struct {
	CA          identity
	Certificate craft.Certificate
	KeyType     string
	Key         *craft.Key
	Request     string
}) (any, error) {
	issuer, err := r.CA.issuer()
	if err != nil {
		return nil, err
	}
	if r.Request != "" {
		_, spki, err := craft.ReadRequest([]byte(r.Request))
		if err != nil {
			return nil, err
		}
		der, err := issuer.Issue(r.Certificate, spki)
		return identity{Certificate: der}, err
	}
	k, err := given(r.Key, r.KeyType)
	if err != nil {
		return nil, err
	}
	spki, err := k.PublicKey()
	if err != nil {
		return nil, err
	}
	der, err := issuer.Issue(r.Certificate, spki)
	return identity{der, k}, err
}

// request makes a CSR.
func request(r struct {
	Certificate craft.Certificate
	Key         *craft.Key
	KeyType     string
}) (any, error) {
	k, err := given(r.Key, r.KeyType)
	if err != nil {
		return nil, err
	}
	der, err := craft.Request(r.Certificate, k)
	if err != nil {
		return nil, err
	}
	return map[string]any{"request": string(craft.RequestPEM(der)), "key": k}, nil
}

// readRequest says what a CSR asks for.
func readRequest(r struct{ Request string }) (any, error) {
	c, _, err := craft.ReadRequest([]byte(r.Request))
	return c, err
}

// crl makes a revocation list.
func crl(r struct {
	CA  identity
	CRL craft.CRL
}) (any, error) {
	issuer, err := r.CA.issuer()
	if err != nil {
		return nil, err
	}
	der, err := issuer.Revoke(r.CRL)
	if err != nil {
		return nil, err
	}
	return map[string]any{"crl": string(craft.CRLPEM(der)), "der": der}, nil
}

// files are the files of a certificate under the scripts' names.
func files(r struct {
	Address, Password string
	Certificate, CA   craft.Cert
	Between           []craft.Cert
	Key               *craft.Key
	Request           string
	Legacy            bool
}) (any, error) {
	b := craft.Bundle{Address: r.Address, Password: r.Password, Key: r.Key, Legacy: r.Legacy}
	var err error
	if b.Certificate, err = craft.DER(r.Certificate); err != nil {
		return nil, err
	}
	if b.CA, err = craft.DER(r.CA); err != nil {
		return nil, fmt.Errorf("the CA: %w", err)
	}
	for _, c := range r.Between {
		der, err := craft.DER(c)
		if err != nil {
			return nil, fmt.Errorf("a CA between: %w", err)
		}
		b.Between = append(b.Between, der)
	}
	if r.Request != "" {
		b.Request = []byte(r.Request)
	}
	return b.Files()
}

// authorityFiles are the files of a CA under the scripts' names.
func authorityFiles(r struct {
	CA       identity
	Password string
}) (any, error) {
	if r.CA.Key == nil {
		return nil, errNoKey
	}
	der, err := craft.DER(r.CA.Certificate)
	if err != nil {
		return nil, fmt.Errorf("the CA: %w", err)
	}
	return craft.AuthorityFiles(der, r.CA.Key, r.Password)
}

// archive packs files into a zip.
func archive(r struct{ Files []craft.File }) (any, error) {
	b, err := craft.Zip(r.Files, time.Now())
	return map[string]any{"bytes": b}, err
}

// scenarios makes the kit of test scenarios.
func scenarios(r struct {
	KeyType string
	Keys    []*craft.Key
}) (any, error) {
	all, files, err := craft.MakeKit(craft.KitOptions{Born: time.Now().Add(-time.Hour), KeyType: r.KeyType, Keys: r.Keys})
	return map[string]any{"scenarios": all, "files": files}, err
}

// message makes a message, with damages done to it in their order, in a form.
func message(r struct {
	craft.Message
	Damages []struct {
		ID string
		At *int
	}
	Form string
}) (any, error) {
	b, err := r.Bytes()
	if err != nil {
		return nil, err
	}
	for _, d := range r.Damages {
		if b, err = damaged(b, d.ID, d.At); err != nil {
			return nil, err
		}
	}
	b, err = craft.InForm(b, r.Form, time.Now())
	return map[string]any{"bytes": b}, err
}

// damage damages any message.
func damage(r struct {
	Message []byte
	ID      string
	At      *int
}) (any, error) {
	b, err := damaged(r.Message, r.ID, r.At)
	return map[string]any{"bytes": b}, err
}

func damaged(message []byte, id string, at *int) ([]byte, error) {
	d, err := craft.DamageNamed(id)
	if err != nil {
		return nil, err
	}
	where := -1
	if at != nil {
		where = *at
	}
	return d.Do(message, where)
}

// form writes any message in a form.
func form(r struct {
	Message []byte
	Form    string
}) (any, error) {
	b, err := craft.InForm(r.Message, r.Form, time.Now())
	return map[string]any{"bytes": b}, err
}
