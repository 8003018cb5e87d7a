package inspect

// Small things that the mappings share: places in sources, times, claims.

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// place is a run of bytes within a source: ranges that count in it are moved to
// count in the source.
type place struct {
	source int
	span   report.Range
	// repaired is true when a repair changed these bytes.
	repaired bool
}

// at moves a range that counts from the start of the place.
func (p place) at(r [2]int) report.Range {
	return report.Range{p.span[0] + r[0], p.span[0] + r[1]}
}

// sub is the place of a range within a place.
func (p place) sub(r [2]int) place {
	p.span = p.at(r)
	return p
}

// claim is who a message says it is from: what an identity check holds a
// certificate to.
type claim struct {
	// aor is the address-of-record in From of a request and in To of a response
	// (RFC 3261 section 23.3), or empty.
	aor string
	// field is the name of the header field it comes from.
	field string
	// absent is why there is no claim, when there is none; required is true when there
	// should be one, so that without it nothing is valid.
	absent   string
	required bool
	// stamp is true for what a time-stamping authority signs.
	stamp bool
	// message is the index in Report.Messages, path the part at hand.
	message int
	path    string
	// date is the Date header's time, 0 when there is none.
	date int64
	// other is true where the claim is not the message's sender's own: that of who
	// referred it (RFC 3892).
	other bool
}

// sender is the claim as Signature.Sender has it.
func (c claim) sender() string {
	if c.other {
		return ""
	}
	return c.aor
}

// none is the claim of what nobody claims to have sent: a countersigner, say.
func (c claim) none() claim {
	c.aor, c.field, c.required, c.stamp = "", "", false, false
	c.absent = "nothing is claimed about who this is"
	return c
}

// isoTime writes Unix seconds as ISO 8601 in UTC.
func isoTime(seconds int64) string {
	return pkix.FormatTime(seconds)
}

// isoMicros writes Unix microseconds as ISO 8601 in UTC, with the fraction.
func isoMicros(micros int64) string {
	fraction := strconv.Itoa(int(micros % 1_000_000))
	return strings.TrimSuffix(isoTime(micros/1_000_000), "Z") + "." + strings.Repeat("0", 6-len(fraction)) + fraction + "Z"
}

// isoDate writes the day alone.
func isoDate(seconds int64) string {
	day, _, _ := strings.Cut(isoTime(seconds), "T")
	return day
}

func ptr[T any](v T) *T { return &v }
