// Package sorting sorts lists of any type by the same code. What is compiled to WASM
// uses it instead of package sort, which needs reflection for this, and of package
// slices, which is compiled anew for each type.
package sorting

// By sorts a list, and keeps the order of what is equal.
func By[T any](list []T, less func(a, b *T) bool) {
	sorted := make([]T, len(list))
	for i, from := range order(len(list), func(i, j int) bool { return less(&list[i], &list[j]) }) {
		sorted[i] = list[from]
	}
	copy(list, sorted)
}

// Strings sorts texts by their bytes.
func Strings(list []string) {
	By(list, func(a, b *string) bool { return *a < *b })
}

// order returns the numbers below n sorted, by merging runs of twice the length each
// time.
func order(n int, less func(i, j int) bool) []int {
	from, to := make([]int, n), make([]int, n)
	for i := range from {
		from[i] = i
	}
	for run := 1; run < n; run *= 2 {
		for start := 0; start < n; start += 2 * run {
			middle, end := min(start+run, n), min(start+2*run, n)
			left, right := start, middle
			for at := start; at < end; at++ {
				if left < middle && (right == end || !less(from[right], from[left])) {
					to[at] = from[left]
					left++
				} else {
					to[at] = from[right]
					right++
				}
			}
		}
		from, to = to, from
	}
	return from
}
