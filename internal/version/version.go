// Package version is the one place of the program's version.
package version

// Version is that of the program, its module and its package (semver.org).
const Version = "0.1.0"
