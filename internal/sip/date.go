// The Date header field (RFC 3261 section 20.17): the one form of RFC 1123 that SIP
// allows, in GMT.

package sip

import (
	"errors"
	"strconv"
	"strings"
)

var weekdays = [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

var months = [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// ParseDate reads "Sat, 13 Nov 2010 23:29:00 GMT" as Unix seconds. A date that can
// be understood and is not quite in that form is returned together with an error.
func ParseDate(s string) (unix int64, err error) {
	f := strings.Fields(s)
	if len(f) != 6 {
		return 0, errors.New("reading a date: " + strconv.Quote(clip(s)) + " is not of the form \"Sat, 13 Nov 2010 23:29:00 GMT\"")
	}
	day, ok1 := decimal(f[1], 99)
	year, ok2 := decimal(f[3], 9999)
	month := -1
	for i, name := range months {
		if strings.EqualFold(name, f[2]) {
			month = i
		}
	}
	hms := strings.Split(f[4], ":")
	if !ok1 || !ok2 || month < 0 || len(hms) != 3 {
		return 0, errors.New("reading a date: " + strconv.Quote(clip(s)) + " is not of the form \"Sat, 13 Nov 2010 23:29:00 GMT\"")
	}
	hour, ok1 := decimal(hms[0], 99)
	minute, ok2 := decimal(hms[1], 99)
	second, ok3 := decimal(hms[2], 99)
	if !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 60 || day < 1 || day > daysIn(year, month) || year < 1 || year > 9999 {
		return 0, errors.New("reading a date: " + strconv.Quote(clip(s)) + " is no time that exists")
	}
	days := daysBefore(year, month) + day - 1
	unix = days*86400 + hour*3600 + minute*60 + second
	if zone := f[5]; zone != "GMT" {
		return unix, errors.New("reading a date: the time zone is " + strconv.Quote(clip(zone)) + ", where only GMT is allowed")
	}
	// 1 January 1970 was a Thursday.
	if name := weekdays[((days+4)%7+7)%7]; f[0] != name+"," {
		return unix, errors.New("reading a date: " + strconv.Quote(clip(f[0])) + " does not fit: that day was a " + name)
	}
	if len(f[1]) != 2 || len(f[3]) != 4 || len(f[4]) != 8 || f[2] != months[month] {
		return unix, errors.New("reading a date: " + strconv.Quote(clip(s)) + " is not of the form \"Sat, 13 Nov 2010 23:29:00 GMT\"")
	}
	return unix, nil
}

// Date is the time in the Date header field in Unix seconds.
func (m *Message) Date() (unix int64, ok bool) {
	h := m.Field("Date")
	if h == nil {
		return 0, false
	}
	unix, err := ParseDate(h.Value)
	return unix, err == nil
}

func isLeap(year int64) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func daysIn(year int64, month int) int64 {
	switch month {
	case 1:
		if isLeap(year) {
			return 29
		}
		return 28
	case 3, 5, 8, 10:
		return 30
	}
	return 31
}

// daysBefore counts the days from 1 January 1970 to the first of a month, counted
// from 0.
func daysBefore(year int64, month int) int64 {
	y := year - 1
	days := y*365 + y/4 - y/100 + y/400 - 719162
	for m := 0; m < month; m++ {
		days += daysIn(year, m)
	}
	return days
}
