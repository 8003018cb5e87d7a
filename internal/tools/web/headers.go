// The headers that a host should send with dist/. This is their one home: the dev
// server and the browser tests send them, and the README's table is tested
// against this list.

package web

import (
	"net/http"
	"path"
	"strings"
)

// Header is one header field, and for which files it is meant.
type Header struct {
	Name, Value string
	// Files says in words which files get it.
	Files string
	match func(name string) bool
}

// policy is the Content-Security-Policy but for who may frame the page. The page
// loads its own scripts, styles and WASM, and nothing from anywhere else. Its workers
// are started from a blob, so that one that takes another's place is no request.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; " +
	"base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types sipseal; frame-ancestors "

// embedPage is the page that others may show in an iframe, framingPage the one here
// that does.
const (
	embedPage   = "embed.html"
	framingPage = "recipes/iframe.html"
)

func isEmbed(name string) bool   { return path.Base(name) == embedPage }
func isFraming(name string) bool { return strings.HasSuffix("/"+name, "/"+framingPage) }
func isOther(name string) bool   { return !isEmbed(name) && !isFraming(name) }
func always(string) bool         { return true }
func isAsset(name string) bool   { return strings.Contains("/"+name, "/assets/") }
func notAsset(name string) bool  { return !isAsset(name) }

// Headers are all of them.
var Headers = []Header{
	{"Content-Security-Policy", policy + "'none'", "all but these two", isOther},
	{"Content-Security-Policy", policy + "*", embedPage, isEmbed},
	{"Content-Security-Policy", policy + "'none'; frame-src 'self'", framingPage, isFraming},
	{"X-Content-Type-Options", "nosniff", "all", always},
	{"Referrer-Policy", "no-referrer", "all", always},
	{"Cross-Origin-Opener-Policy", "same-origin", "all", always},
	{"Cross-Origin-Resource-Policy", "same-origin", "all", always},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()", "all", always},
	{"Cache-Control", "public, max-age=31536000, immutable", "assets/", isAsset},
	{"Cache-Control", "no-cache", "all but assets/", notAsset},
}

// setHeaders sets the headers of the file of this name.
func setHeaders(h http.Header, name string) {
	for _, f := range Headers {
		if f.match(name) {
			h.Set(f.Name, f.Value)
		}
	}
}
