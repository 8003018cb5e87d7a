package inspect

import "testing"

func TestTitles(t *testing.T) {
	for code, want := range map[string]string{
		"weak-digest":           "A weak digest",                      // of its own
		"mime-bare-lf":          "MIME: LF without CR",                // a reader's
		"sip-method":            "SIP: the method",                    // a reader's, of one word
		"sip-some-new-trouble":  "SIP: some new trouble",              // a reader's, without words of its own
		"certificate-weak-key":  "A short RSA key",                    // of its own, though it begins as a reader's
		"certificate-extension": "Certificate: an extension",          // a reader's
		"something-else":        "Something else",                     // nobody's
		"not-a-key":             "No private key where one was given", // of its own
	} {
		if got := title(code); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
