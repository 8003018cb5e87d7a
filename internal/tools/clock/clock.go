// Package clock moves the clock of what the tests run in a browser, so that tests
// that will fail one day fail today. A test that makes something by one clock and has
// it judged by another fails as well.
package clock

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// Variable is the environment variable that says by how many years the clock is ahead.
const Variable = "CLOCK_YEARS_AHEAD"

// ahead is by how much the clock is ahead. The year is a mean one, so that the hour of the
// day moves too.
func ahead() time.Duration {
	value := os.Getenv(Variable)
	if value == "" {
		return 0
	}
	years, err := strconv.Atoi(value)
	if err != nil || years < 0 || years > 250 {
		panic(fmt.Sprintf("%s is %q, and not a number of years up to 250", Variable, value))
	}
	return time.Duration(years) * 31556952 * time.Second
}

// Now is the time by the clock that scripts go by.
func Now() time.Time { return time.Now().Add(ahead()) }

// Script is a line that has a script go by the clock, to be put before it: none where
// the clock is not moved. It may be put before several scripts of one page or worker.
func Script() string {
	if ahead() == 0 {
		return ""
	}
	return fmt.Sprintf("if (!Date.moved) { const { now } = Date; const moved = () => now() + %d; "+
		"globalThis.Date = Date.prototype.constructor = new Proxy(Date, { "+
		"apply: () => new Date(moved()).toString(), "+
		"construct: (date, given, as) => Reflect.construct(date, given.length ? given : [moved()], as), "+
		"get: (date, name) => name === 'now' || name === 'moved' ? moved : date[name] }); }", ahead().Milliseconds())
}
