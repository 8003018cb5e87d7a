package pkix

// Times in certificates and CMS: UTCTime and GeneralizedTime (RFC 5280 section
// 4.1.2.5), read more liberally than DER allows.

import (
	"errors"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/ber"
)

// ReadTime reads a UTCTime or GeneralizedTime as Unix seconds. Forms that only BER
// allows (no seconds, fractions, an offset from UTC) are read too; a GeneralizedTime
// in local time is taken as UTC.
func ReadTime(v ber.Value) (int64, error) {
	t, _, err := readTime(v)
	return t, err
}

// readTime gives beside the time how it departs from RFC 5280, or "".
func readTime(v ber.Value) (seconds int64, departure string, err error) {
	bad := func(reason string) (int64, string, error) {
		return 0, "", ber.Fault{Node: v.Index(), Offset: v.Offset(), Reason: reason}
	}
	b := v.Octets()
	// number takes n digits off b.
	number := func(n int) (value int, ok bool) {
		if len(b) < n {
			return 0, false
		}
		for _, c := range b[:n] {
			if c < '0' || c > '9' {
				return 0, false
			}
			value = value*10 + int(c-'0')
		}
		b = b[n:]
		return value, true
	}
	var year int
	var ok bool
	switch {
	case v.Is(ber.TagUTCTime):
		if year, ok = number(2); ok {
			if year < 50 {
				year += 2000
			} else {
				year += 1900
			}
		}
	case v.Is(ber.TagGeneralizedTime):
		if year, ok = number(4); ok && year < 2050 {
			departure = "a GeneralizedTime for a year before 2050"
		}
	case !v.Ok():
		return 0, "", errors.New("a time is missing")
	default:
		return bad("a time that is neither UTCTime nor GeneralizedTime")
	}
	month, ok1 := number(2)
	day, ok2 := number(2)
	hour, ok3 := number(2)
	if !ok || !ok1 || !ok2 || !ok3 {
		return bad("a time without year, month, day and hour in digits")
	}
	minute, ok4 := number(2)
	second, ok5 := 0, false
	if ok4 {
		second, ok5 = number(2)
	}
	if !ok4 && v.Is(ber.TagUTCTime) {
		return bad("a UTCTime without minutes")
	}
	if !ok5 {
		departure = "a time without seconds"
	}
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60 {
		return bad("a time that does not exist")
	}
	if len(b) > 0 && (b[0] == '.' || b[0] == ',') {
		departure = "a time with a fraction of a second"
		for b = b[1:]; len(b) > 0 && b[0] >= '0' && b[0] <= '9'; {
			b = b[1:]
		}
	}
	seconds = daysSince1970(year, month, day)*86400 + int64(hour*3600+minute*60+second)
	switch {
	case string(b) == "Z":
	case len(b) == 0:
		departure = "a time without Z at its end"
	case b[0] == '+' || b[0] == '-':
		sign := int64(1)
		if b[0] == '-' {
			sign = -1
		}
		b = b[1:]
		h, ok1 := number(2)
		m, ok2 := number(2)
		if !ok1 || !ok2 && len(b) > 0 || len(b) > 0 || h > 23 || m > 59 {
			return bad("a time whose offset from UTC cannot be read")
		}
		seconds -= sign * int64(h*3600+m*60)
		departure = "a time with an offset from UTC"
	default:
		return bad("a time with something after it")
	}
	return seconds, departure, nil
}

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if leap(year) {
			return 29
		}
		return 28
	}
	return 31
}

// daysSince1970 counts days in the proleptic Gregorian calendar, by counting years
// from March, so that the leap day is the last.
func daysSince1970(year, month, day int) int64 {
	y, m := int64(year), int64(month)
	if m <= 2 {
		y--
		m += 12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + int64(day) - 1 - 719468
}

// date is the reverse: the calendar date and time of day of Unix seconds, for years
// 0 to 9999.
func date(seconds int64) (year, month, day, hour, minute, second int) {
	days := seconds / 86400
	rest := seconds % 86400
	if rest < 0 {
		rest += 86400
		days--
	}
	d := days + 719468
	era := d / 146097
	if d < 0 {
		era = (d - 146096) / 146097
	}
	ofEra := d - era*146097
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	m := (5*ofYear + 2) / 153
	day = int(ofYear-(153*m+2)/5) + 1
	month = int(m) + 3
	year = int(yearOfEra + era*400)
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day, int(rest / 3600), int(rest / 60 % 60), int(rest % 60)
}

// FormatTime writes Unix seconds in ISO 8601, "2011-02-07T19:32:17Z".
func FormatTime(seconds int64) string {
	y, mo, d, h, mi, s := date(seconds)
	return padded(y, 4, '0') + "-" + padded(mo, 2, '0') + "-" + padded(d, 2, '0') + "T" + clock(h, mi, s) + "Z"
}

var months = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// opensslTime writes Unix seconds as OpenSSL does, "Feb  7 19:32:17 2011 GMT".
func opensslTime(seconds int64) string {
	y, mo, d, h, mi, s := date(seconds)
	return months[mo-1] + " " + padded(d, 2, ' ') + " " + clock(h, mi, s) + " " + strconv.Itoa(y) + " GMT"
}

func clock(h, m, s int) string {
	return padded(h, 2, '0') + ":" + padded(m, 2, '0') + ":" + padded(s, 2, '0')
}

// padded writes n with at least so many characters; the sign of a negative number is
// one of them, and comes first.
func padded(n, width int, pad byte) string {
	digits, sign := strconv.Itoa(n), ""
	if n < 0 && pad == '0' {
		digits, sign = digits[1:], "-"
	}
	return sign + strings.Repeat(string(pad), max(0, width-len(sign)-len(digits))) + digits
}
