// Hosts: names, IPv4 addresses, and IPv6 references (RFC 3261 section 25.1, RFC 5118,
// RFC 5954).

package sip

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/mime"
)

type severity = mime.Severity

// hostCheck calls report with what is wrong with a host, if anything.
func hostCheck(host string, report func(severity, string)) {
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' && !IsIPv6(host[1:len(host)-1]) {
		// The grammar of RFC 3261 allows by mistake what RFC 5118 wants tolerated.
		if two := strings.Replace(host[1:len(host)-1], ":::", "::", 1); strings.Contains(two, ".") && IsIPv6(two) {
			report(Warning, "three colons before the IPv4 address at the end of an IPv6 address: the grammar has them by mistake (RFC 5118 section 4.10)")
			return
		}
	}
	if detail := hostFault(host); detail != "" {
		report(Error, detail)
	}
}

// hostFault says what is wrong with a host, or nothing.
func hostFault(host string) string {
	switch {
	case host == "":
		return "the host is empty"
	case host[0] == '[':
		if host[len(host)-1] != ']' {
			return "the IPv6 reference has no closing bracket"
		}
		if !IsIPv6(host[1 : len(host)-1]) {
			return "what stands in brackets is no IPv6 address: " + strconv.Quote(clip(host))
		}
		return ""
	case isIPv4(host):
		return ""
	}
	name := strings.TrimSuffix(host, ".")
	labels := strings.Split(name, ".")
	for i, label := range labels {
		if label == "" {
			return "the host " + strconv.Quote(clip(host)) + " has an empty label"
		}
		for j := 0; j < len(label); j++ {
			if c := label[j]; !isAlnum(c) && (c != '-' || j == 0 || j == len(label)-1) {
				return "the host " + strconv.Quote(clip(host)) + " is no name: a label has the character " + strconv.QuoteRune(rune(c)) + " where none may be"
			}
		}
		if i == len(labels)-1 && '0' <= label[0] && label[0] <= '9' {
			return "the host " + strconv.Quote(clip(host)) + " is neither a name nor an IPv4 address: its last label begins with a digit"
		}
	}
	return ""
}

func isIPv4(s string) bool {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return false
	}
	for _, p := range parts {
		n, ok := decimal(p, 255)
		if !ok || n > 255 || len(p) > 3 {
			return false
		}
	}
	return true
}

// IsIPv6 reports whether s, without brackets, is an IPv6 address in text: eight
// groups, one run of zeros as "::", the last two groups perhaps as IPv4 (RFC 4291
// section 2.2).
func IsIPv6(s string) bool {
	if len(s) > 45 {
		return false
	}
	head, tail, gap := strings.Cut(s, "::")
	if strings.Contains(tail, "::") {
		return false
	}
	n, ok := groups(head, !gap)
	if !ok {
		return false
	}
	m, ok := groups(tail, true)
	if !ok {
		return false
	}
	if gap {
		return n+m <= 7
	}
	return n == 8
}

// groups counts the 16-bit groups of one side of an address; last says that it may
// end in an IPv4 address.
func groups(s string, last bool) (int, bool) {
	if s == "" {
		return 0, true
	}
	parts := strings.Split(s, ":")
	n := 0
	for i, p := range parts {
		if last && i == len(parts)-1 && strings.IndexByte(p, '.') >= 0 {
			return n + 2, isIPv4(p)
		}
		if p == "" || len(p) > 4 {
			return 0, false
		}
		for j := 0; j < len(p); j++ {
			if !isHex(p[j]) {
				return 0, false
			}
		}
		n++
	}
	return n, true
}
