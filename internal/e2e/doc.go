// Package e2e drives what is shipped in a real browser: the page, the ES module,
// the elements, the single file. All of it is in its tests; harness_test.go is what
// they stand on.
package e2e
