//go:build !unix

package cost

import "time"

var began = time.Now()

// used is the time since this program began, where no better is to be had.
func used() time.Duration { return time.Since(began) }
