package inspect

// titles name the kinds of findings.
var titles = map[string]string{
	"certificate-unreadable": "A certificate that cannot be read",
	"key-locked":             "A password is needed",
	"not-a-key":              "No private key where one was given",
	"not-a-certificate":      "No certificate where one was given",
	"not-a-trust-anchor":     "No certificate where a trust anchor was given",
	"not-a-CRL":              "No CRL where one was given",
}
