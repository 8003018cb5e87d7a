// The registry of header fields: canonical and compact names, and what each is for.
//
// The names and their sources are those of the IANA registry "Session Initiation
// Protocol (SIP) Parameters"; the explanations are this project's.

package sip

import "strings"

// shape is the grammar of a field's value, as far as it is checked.
type shape uint8

const (
	shapeText      shape = iota // anything
	shapeAddress                // one name-addr or addr-spec with parameters
	shapeAddresses              // a comma list of these
	shapeRoutes                 // a comma list of name-addr with parameters
	shapeURIs                   // a comma list of <URI> with parameters
	shapeVia
	shapeCSeq
	shapeCallID
	shapeDate
	shapeNumber // an integer below 2^32
	shapeHops   // an integer up to 255
	shapeLength // checked where the body is found
	shapeDelta  // seconds, with a comment and parameters perhaps
	shapeTokens // a comma list of tokens
	shapeTokenParams
	shapeMediaType
	shapeRanges // a comma list of media ranges, codings or languages with parameters
	shapeAuth
	shapeAuthInfo
	shapeWarning
	shapeIdentity
	shapeReason // a comma list of token with parameters
)

// HeaderInfo says what a header field is.
type HeaderInfo struct {
	Name      string // canonical
	Compact   string // one letter, or empty
	About     string // one line
	Reference string // RFC and section
	// Single is true when a message may have the field once, with one value.
	Single bool

	shape shape
}

// InfoFor returns what is known of the field of that name, in any case and in full
// or compact form.
func InfoFor(name string) (HeaderInfo, bool) {
	if info := lookUp(name); info != nil {
		return *info, true
	}
	return HeaderInfo{}, false
}

// lookUp finds the field of that name, or nil. Names as they are mostly written are
// found without making lower case of them.
func lookUp(name string) *HeaderInfo {
	if len(name) == 1 {
		if i, ok := compactIndex[name[0]|0x20]; ok {
			return &headers[i]
		}
	}
	if i, ok := headerIndex[name]; ok {
		return &headers[i]
	}
	if i, ok := headerIndex[strings.ToLower(name)]; ok {
		return &headers[i]
	}
	return nil
}

// CanonicalName writes a header field's name as its standard does: compact forms in
// full, capitals in their places. A name that is not known gets capitals after its
// hyphens.
func CanonicalName(name string) string {
	if info := lookUp(name); info != nil {
		return info.Name
	}
	b := []byte(strings.ToLower(name))
	for i := range b {
		if (i == 0 || b[i-1] == '-') && 'a' <= b[i] && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// headerIndex has each name twice: as it is written, and in lower case.
var headerIndex, compactIndex = func() (map[string]int, map[byte]int) {
	names, letters := make(map[string]int, 2*len(headers)), make(map[byte]int, 24)
	for i := range headers {
		names[headers[i].Name] = i
		names[strings.ToLower(headers[i].Name)] = i
		if headers[i].Compact != "" {
			letters[headers[i].Compact[0]] = i
		}
	}
	return names, letters
}()

var headers = []HeaderInfo{
	{"Accept", "", "media types that the sender understands in bodies", "RFC 3261 section 20.1", false, shapeRanges},
	{"Accept-Contact", "a", "features that the device that is called should have", "RFC 3841 section 9.2", false, shapeText},
	{"Accept-Encoding", "", "content codings that the sender understands", "RFC 3261 section 20.2", false, shapeRanges},
	{"Accept-Language", "", "languages that the sender would like reasons and bodies in", "RFC 3261 section 20.3", false, shapeRanges},
	{"Accept-Resource-Priority", "", "resource priorities that a server understands", "RFC 4412 section 3.2", false, shapeTokens},
	{"Alert-Info", "", "another ring tone, or how to alert", "RFC 3261 section 20.4", false, shapeURIs},
	{"Allow", "", "methods that the sender supports", "RFC 3261 section 20.5", false, shapeTokens},
	{"Allow-Events", "u", "event packages that can be subscribed to", "RFC 6665 section 8.2.2", false, shapeTokens},
	{"Answer-Mode", "", "whether the call should be answered by a person or at once", "RFC 5373", true, shapeTokenParams},
	{"Authentication-Info", "", "the server's proof that it too knows the secret", "RFC 3261 section 20.6", true, shapeAuthInfo},
	{"Authorization", "", "credentials of a user agent for another", "RFC 3261 section 20.7", false, shapeAuth},
	{"Call-ID", "i", "names the dialog or the series of registrations, together with the tags", "RFC 3261 section 20.8", true, shapeCallID},
	{"Call-Info", "", "more about who calls or is called: an icon, a card, a page", "RFC 3261 section 20.9", false, shapeURIs},
	{"Contact", "m", "where the sender can be reached directly", "RFC 3261 section 20.10", false, shapeAddresses},
	{"Content-Disposition", "", "how the body is to be treated, and whether it may be passed over", "RFC 3261 section 20.11", true, shapeTokenParams},
	{"Content-Encoding", "e", "codings put on the body, such as gzip", "RFC 3261 section 20.12", false, shapeTokens},
	{"Content-ID", "", "a name for the body that others can refer to", "RFC 8262 section 3", true, shapeText},
	{"Content-Language", "", "the language of the body", "RFC 3261 section 20.13", false, shapeTokens},
	{"Content-Length", "l", "the size of the body in bytes", "RFC 3261 section 20.14", true, shapeLength},
	{"Content-Transfer-Encoding", "", "how the body is encoded; in SIP nearly always not at all", "RFC 3261 section 7.4.1", true, shapeText},
	{"Content-Type", "c", "the media type of the body", "RFC 3261 section 20.15", true, shapeMediaType},
	{"CSeq", "", "numbers the requests of a dialog, and repeats the method", "RFC 3261 section 20.16", true, shapeCSeq},
	{"Date", "", "when the message was first sent", "RFC 3261 section 20.17", true, shapeDate},
	{"Diversion", "", "who a call was for before it was diverted", "RFC 5806", false, shapeAddresses},
	{"Encryption", "", "from the first SIP: how the message was encrypted with PGP", "RFC 2543 section 6.19", true, shapeText},
	{"Error-Info", "", "where more is said about an error", "RFC 3261 section 20.18", false, shapeURIs},
	{"Event", "o", "the event package that is subscribed to or notified about", "RFC 6665 section 8.2.1", true, shapeTokenParams},
	{"Expires", "", "after how many seconds the message or its content is no longer good", "RFC 3261 section 20.19", true, shapeNumber},
	{"Feature-Caps", "", "features that a server on the path supports", "RFC 6809", false, shapeText},
	{"Flow-Timer", "", "how often the server expects a sign of life on the connection", "RFC 5626", true, shapeNumber},
	{"From", "f", "who makes the request; its tag is half of the dialog's name", "RFC 3261 section 20.20", true, shapeAddress},
	{"Geolocation", "", "where the user is, by value in a body or by reference", "RFC 6442 section 4.1", false, shapeURIs},
	{"Geolocation-Error", "", "what was wrong with a location", "RFC 6442 section 4.3", true, shapeText},
	{"Geolocation-Routing", "", "whether the location may be used to route the call", "RFC 6442 section 4.2", true, shapeText},
	{"Hide", "", "from the first SIP: asks that the path be hidden; deprecated", "RFC 3261 section 28.1", true, shapeText},
	{"History-Info", "", "the targets that the request was sent to before", "RFC 7044 section 5", false, shapeRoutes},
	{"Identity", "y", "the signature of the sender's domain or carrier over parts of the message", "RFC 8224 section 4", false, shapeIdentity},
	{"Identity-Info", "n", "where the certificate for Identity is, in the first version of it", "RFC 4474 section 9", true, shapeURIs},
	{"Info-Package", "", "which package an INFO request is about", "RFC 6086", true, shapeTokenParams},
	{"In-Reply-To", "", "the Call-IDs of calls that this one answers", "RFC 3261 section 20.21", false, shapeText},
	{"Join", "", "the dialog that this call is to join as in a conference", "RFC 3911 section 7.1", true, shapeText},
	{"Max-Breadth", "", "how many branches a forked request may have at once", "RFC 5393", true, shapeNumber},
	{"Max-Forwards", "", "how many more hops the request may take", "RFC 3261 section 20.22", true, shapeHops},
	{"MIME-Version", "", "says that the body follows MIME", "RFC 3261 section 20.24", true, shapeText},
	{"Min-Expires", "", "the shortest time that a registrar or notifier accepts, in seconds", "RFC 3261 section 20.23", true, shapeNumber},
	{"Min-SE", "", "the shortest session interval that is accepted, in seconds", "RFC 4028 section 5", true, shapeDelta},
	{"Organization", "", "the organisation of who sends the message", "RFC 3261 section 20.25", true, shapeText},
	{"P-Access-Network-Info", "", "the access network that a mobile terminal is in", "RFC 7315 section 4.4", false, shapeText},
	{"P-Answer-State", "", "whether an answer was confirmed, for push to talk", "RFC 4964", true, shapeTokenParams},
	{"P-Asserted-Identity", "", "the caller as the network vouches for it, among servers that trust one another", "RFC 3325 section 9.1", false, shapeAddresses},
	{"P-Asserted-Service", "", "the service that the network decided on", "RFC 6050", false, shapeText},
	{"P-Associated-URI", "", "other addresses that the registered user may use", "RFC 7315 section 4.1", false, shapeRoutes},
	{"P-Called-Party-ID", "", "the address that was called before it was turned into a contact", "RFC 7315 section 4.2", true, shapeAddress},
	{"P-Charge-Info", "", "whom to charge for the call", "RFC 8496", false, shapeAddresses},
	{"P-Charging-Function-Addresses", "", "the servers that collect charging records", "RFC 7315 section 4.5", false, shapeText},
	{"P-Charging-Vector", "", "what ties the charging records of a session together", "RFC 7315 section 4.6", true, shapeText},
	{"P-DCS-Billing-Info", "", "whom a cable operator charges for the call", "RFC 5503", true, shapeText},
	{"P-DCS-LAES", "", "where a cable operator delivers an intercepted call", "RFC 5503", true, shapeText},
	{"P-DCS-OSPS", "", "that an operator interrupts or verifies a busy line", "RFC 5503", true, shapeText},
	{"P-DCS-Redirect", "", "who a call was for before a cable operator redirected it", "RFC 5503", true, shapeText},
	{"P-DCS-Trace-Party-ID", "", "asks a cable operator to trace a caller", "RFC 5503", true, shapeText},
	{"P-Early-Media", "", "whether media before the answer may flow", "RFC 5009", false, shapeTokens},
	{"P-Media-Authorization", "", "tokens that allow a terminal to reserve capacity", "RFC 3313", false, shapeText},
	{"P-Preferred-Identity", "", "which of the user's identities the network should assert", "RFC 3325 section 9.2", false, shapeAddresses},
	{"P-Preferred-Service", "", "the service that the user would like", "RFC 6050", false, shapeText},
	{"P-Private-Network-Indication", "", "that the call belongs to a private network", "RFC 7316", true, shapeText},
	{"P-Profile-Key", "", "the profile of a service that matched", "RFC 5002", true, shapeAddress},
	{"P-Refused-URI-List", "", "addresses of a list that were refused", "RFC 5318", false, shapeText},
	{"P-Served-User", "", "the user that an application server acts for", "RFC 5502", true, shapeAddress},
	{"P-User-Database", "", "the database that knows the user", "RFC 4457", true, shapeText},
	{"P-Visited-Network-ID", "", "the foreign network that a terminal is in", "RFC 7315 section 4.3", false, shapeText},
	{"Path", "", "the proxies on the way from the registrar to the contact", "RFC 3327 section 4", false, shapeRoutes},
	{"Permission-Missing", "", "recipients that have not agreed to the translation", "RFC 5360", false, shapeAddresses},
	{"Policy-Contact", "", "the server that has policies for the session", "RFC 6794", false, shapeText},
	{"Policy-ID", "", "which policies the terminal has", "RFC 6794", false, shapeText},
	{"Priority", "", "how urgent the caller thinks it is", "RFC 3261 section 20.26", true, shapeText},
	{"Priority-Share", "", "whether resources may be shared among sessions by priority", "3GPP TS 24.229 section 7.2", true, shapeText},
	{"Priv-Answer-Mode", "", "asks for an answer with a privilege, for emergencies", "RFC 5373", true, shapeTokenParams},
	{"Privacy", "", "what of the caller's identity is to be kept private", "RFC 3323 section 4.2", true, shapeText},
	{"Proxy-Authenticate", "", "a proxy's challenge", "RFC 3261 section 20.27", false, shapeAuth},
	{"Proxy-Authorization", "", "credentials for a proxy", "RFC 3261 section 20.28", false, shapeAuth},
	{"Proxy-Require", "", "extensions that proxies must support", "RFC 3261 section 20.29", false, shapeTokens},
	{"RAck", "", "which provisional response a PRACK acknowledges", "RFC 3262 section 7.2", true, shapeText},
	{"Reason", "", "why a request was sent, such as the cause of hanging up", "RFC 3326 section 2", false, shapeReason},
	{"Record-Route", "", "proxies that want to stay on the path of the dialog", "RFC 3261 section 20.30", false, shapeRoutes},
	{"Recv-Info", "", "the packages of INFO that the sender wants to receive", "RFC 6086", false, shapeReason},
	{"Refer-Events-At", "", "where the outcome of a REFER can be subscribed to", "RFC 7614", true, shapeText},
	{"Refer-Sub", "", "whether a REFER is to create a subscription", "RFC 4488 section 4", true, shapeTokenParams},
	{"Refer-To", "r", "where a REFER sends its recipient", "RFC 3515 section 2.1", true, shapeAddress},
	{"Referred-By", "b", "who sent the REFER that led to this request", "RFC 3892 section 3", true, shapeAddress},
	{"Reject-Contact", "j", "features of devices that should not be called", "RFC 3841 section 9.2", false, shapeText},
	{"Relayed-Charge", "", "charging information passed between networks", "3GPP TS 24.229 section 7.2", true, shapeText},
	{"Replaces", "", "the dialog that this call takes the place of", "RFC 3891 section 6.1", true, shapeText},
	{"Reply-To", "", "where an answer should go when not to From", "RFC 3261 section 20.31", true, shapeAddress},
	{"Request-Disposition", "d", "how servers should handle the request: fork, queue, recurse", "RFC 3841 section 9.1", false, shapeTokens},
	{"Require", "", "extensions that the recipient must support", "RFC 3261 section 20.32", false, shapeTokens},
	{"Resource-Priority", "", "a claim to precedence in a namespace of priorities", "RFC 4412 section 3.1", false, shapeTokens},
	{"Resource-Share", "", "whether the media of two sessions may share resources", "3GPP TS 24.229 section 7.2", true, shapeText},
	{"Response-Key", "", "from the first SIP: the key to encrypt the response with", "RFC 2543 section 6.34", true, shapeText},
	{"Response-Source", "", "which party made a response", "3GPP TS 24.229 section 7.2", true, shapeText},
	{"Restoration-Info", "", "how to restore a registration after a failure", "3GPP TS 24.229 section 7.2", true, shapeText},
	{"Retry-After", "", "when to try again, in seconds", "RFC 3261 section 20.33", true, shapeDelta},
	{"Route", "", "the proxies that the request has to visit", "RFC 3261 section 20.34", false, shapeRoutes},
	{"RSeq", "", "numbers the provisional responses that need a PRACK", "RFC 3262 section 7.1", true, shapeNumber},
	{"Security-Client", "", "the security mechanisms that the client offers for the first hop", "RFC 3329 section 2.2", false, shapeReason},
	{"Security-Server", "", "the security mechanisms that the server offers for the first hop", "RFC 3329 section 2.2", false, shapeReason},
	{"Security-Verify", "", "repeats Security-Server, protected, so that nobody can have weakened it", "RFC 3329 section 2.2", false, shapeReason},
	{"Server", "", "the software that answers", "RFC 3261 section 20.35", true, shapeText},
	{"Service-Interact-Info", "", "services that were invoked for the call", "3GPP TS 24.229 section 7.2", false, shapeText},
	{"Service-Route", "", "the proxies that a registered user's requests go through", "RFC 3608", false, shapeRoutes},
	{"Session-Expires", "x", "how long the session lasts without a refresh, in seconds", "RFC 4028 section 4", true, shapeDelta},
	{"Session-ID", "", "one identifier for a call that survives back-to-back user agents", "RFC 7989 section 5", true, shapeText},
	{"SIP-ETag", "", "the version of published state", "RFC 3903 section 11.3.1", true, shapeTokens},
	{"SIP-If-Match", "", "the version of published state that a PUBLISH replaces", "RFC 3903 section 11.3.2", true, shapeTokens},
	{"Subject", "s", "what the call or message is about", "RFC 3261 section 20.36", true, shapeText},
	{"Subscription-State", "", "whether a subscription is active, pending or ended", "RFC 6665 section 8.2.3", true, shapeTokenParams},
	{"Supported", "k", "extensions that the sender supports", "RFC 3261 section 20.37", false, shapeTokens},
	{"Suppress-If-Match", "", "asks not to be notified of state already known", "RFC 5839", true, shapeText},
	{"Target-Dialog", "", "a dialog that the sender knows of, as its authority for the request", "RFC 4538 section 7", true, shapeText},
	{"Timestamp", "", "when the client sent the request, to measure the way", "RFC 3261 section 20.38", true, shapeText},
	{"To", "t", "who the request is for; its tag is half of the dialog's name", "RFC 3261 section 20.39", true, shapeAddress},
	{"Trigger-Consent", "", "asks that consent for a list be requested", "RFC 5360", false, shapeText},
	{"Unsupported", "", "required extensions that the sender lacks", "RFC 3261 section 20.40", false, shapeTokens},
	{"User-Agent", "", "the software that makes the request", "RFC 3261 section 20.41", true, shapeText},
	{"User-To-User", "", "data that applications pass along with a call", "RFC 7433", false, shapeText},
	{"Via", "v", "the way of the request, which the response takes back", "RFC 3261 section 20.42", false, shapeVia},
	{"Warning", "", "more about a response, by number", "RFC 3261 section 20.43", false, shapeWarning},
	{"WWW-Authenticate", "", "the challenge of a user agent or registrar", "RFC 3261 section 20.44", false, shapeAuth},

	{"AlertMsg-Error", "", "what was wrong with an alert message", "RFC 8876", true, shapeText},
	{"Additional-Identity", "", "a second identity of the caller, in 3GPP networks", "3GPP TS 24.229 section 7.2", false, shapeText},
	{"Cellular-Network-Info", "", "the cell that a terminal is also in", "3GPP TS 24.229 section 7.2", false, shapeText},
	{"Priority-Verstat", "", "the outcome of checking signed priorities", "3GPP TS 24.229 section 7.2", true, shapeText},
	{"Attestation-Info", "", "how sure the originating network is of the caller", "3GPP TS 24.229 section 7.2", true, shapeText},
	{"Origination-Id", "", "which part of the originating network a call came from", "3GPP TS 24.229 section 7.2", true, shapeText},
	{"Remote-Party-ID", "", "who calls or is called as the network knows it: a draft that never became an RFC", "draft-ietf-sip-privacy-04", false, shapeAddresses},
}
