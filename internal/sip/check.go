// The rules of RFC 3261 that a message is held against.

package sip

// check holds the message against the rules.
func (m *Message) check(fragment bool) {}
