// Bench measures what is shipped in headless Chromium: bytes over the wire, start,
// memory, time. It prints a table and writes the same to dist/bench.json.
//
// Every time is the median of many runs as a caller of the module sees it, from the
// call to the answer, the way into the worker and back included; beside it stand the
// fastest and the slowest.
//
//	go run ./internal/tools/bench [-quick]
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/sipseal/sipseal/internal/tools/browser"
	"github.com/sipseal/sipseal/internal/tools/checkout"
	"github.com/sipseal/sipseal/internal/tools/dist"
	"github.com/sipseal/sipseal/internal/tools/web"
)

func main() {
	quick := flag.Bool("quick", false, "leave out what is larger than 1 MB")
	flag.Parse()
	if err := run(*quick); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// Result is one row. Times are in milliseconds.
type Result struct {
	Name   string  `json:"name"`
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
	Runs   int     `json:"runs"`
	// Bytes is the size of the input, where throughput says something.
	Bytes int `json:"bytes,omitempty"`
	// MBPerSecond is that throughput, in millions of bytes.
	MBPerSecond float64 `json:"mbPerSecond,omitempty"`
	// Budget is the most that the median should be, and Over says that it is more.
	Budget float64 `json:"budget,omitempty"`
	Over   bool    `json:"over,omitempty"`
	// Answer is what the program said, to see that it did the work.
	Answer string `json:"answer,omitempty"`
}

// Report is bench.json.
type Report struct {
	When    string      `json:"when"`
	Browser string      `json:"browser"`
	CPUs    int         `json:"cpus"`
	Sizes   []dist.Size `json:"sizes"`
	Memory  int         `json:"memoryAfterStart"`
	Results []Result    `json:"results"`
	// PerMega are milliseconds for each million bytes, by series, of inputs of 1, 4, 16
	// and 64 million: about the same in a row where cost is linear.
	PerMega map[string][]float64 `json:"millisecondsPerMegabyte"`
}

type bench struct {
	root    string
	browser context.Context
	url     string
	data    map[string][]byte
	report  Report
}

func run(quick bool) error {
	root, err := checkout.Root()
	if err != nil {
		return err
	}
	out := filepath.Join(root, "dist")
	if err := dist.Build(root, out, dist.Options{Minify: true, Compress: true, Package: true}); err != nil {
		return err
	}
	b := &bench{root: root, data: map[string][]byte{}}
	b.report.PerMega = map[string][]float64{}
	b.report.When = time.Now().UTC().Format(time.RFC3339)
	b.report.CPUs = runtime.NumCPU()
	if b.report.Sizes, err = dist.Sizes(root, out); err != nil {
		return err
	}
	cases, err := b.cases(quick)
	if err != nil {
		return err
	}

	l, err := web.Listen(0)
	if err != nil {
		return err
	}
	files := web.Handler(out, "/")
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, ok := strings.CutPrefix(r.URL.Path, "/bench-data/"); ok {
			w.Write(b.data[name])
			return
		}
		if r.URL.Path == "/blank.html" {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!doctype html><title>bench</title><link rel=icon href=data:,>")
			return
		}
		files.ServeHTTP(w, r)
	})}
	defer server.Close()
	go server.Serve(l)
	b.url = "http://" + l.Addr().String() + "/"

	var stop func()
	if b.browser, stop, err = browser.Start(context.Background()); err != nil {
		return err
	}
	defer stop()
	if v, err := chromedp.Run(b.browser, chromedp.Evaluate[string]("navigator.userAgent")); err == nil {
		b.report.Browser = v
	}
	if err := b.starts(); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	if err := b.calls(cases); err != nil {
		return err
	}
	b.print()
	data, err := json.MarshalIndent(b.report, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "bench.json"), append(data, '\n'), 0o644)
}

// result makes a row of the times of its runs. A budget of 0 is none.
func result(name string, times []float64, budget float64) Result {
	sort.Float64s(times)
	n := len(times)
	r := Result{Name: name, Runs: n, Budget: budget}
	if n > 0 {
		r.Median, r.Min, r.Max = (times[(n-1)/2]+times[n/2])/2, times[0], times[n-1]
	}
	r.Over = budget > 0 && r.Median > budget
	return r
}

// calls measures the cases, all with one inspector, and each after half as many calls
// that are not measured: a browser compiles twice what runs often.
func (b *bench) calls(cases []benchCase) error {
	ctx, cancel := chromedp.NewContext(b.browser, chromedp.WithNewBrowserContext())
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(b.url+"blank.html")); err != nil {
		return err
	}
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](`(async () => {
		const { createInspector } = await import('/sipseal.js');
		globalThis.bytes = async (name) => new Uint8Array(await (await fetch('/bench-data/' + name)).arrayBuffer());
		globalThis.inspector = await createInspector({ timeout: 120000 });
		globalThis.alone = await createInspector({ timeout: 120000, workers: 1 });
	})()`, chromedp.EvalAwaitPromise)); err != nil {
		return err
	}
	for _, c := range cases {
		keys, err := json.Marshal(append([]string{}, c.keys...))
		if err != nil {
			return err
		}
		script := fmt.Sprintf(`(async () => {
			const input = await bytes(%q);
			const keys = await Promise.all(%s.map(bytes));
			const call = async () => { return %s };
			const times = [];
			let answer;
			for (let i = -%d; i < %d; i++) {
				const from = performance.now();
				const r = await call();
				if (i >= 0) times.push(performance.now() - from);
				answer = r.count >= 0 ? r.count + ' values' : r.length >= 0 ? r.length + ' characters' : r.summary.state;
			}
			return { times, answer };
		})()`, c.input, keys, c.call, max(1, c.runs/2), c.runs)
		got, err := chromedp.Run(ctx, chromedp.Evaluate[struct {
			Times  []float64 `json:"times"`
			Answer string    `json:"answer"`
		}](script, chromedp.EvalAwaitPromise))
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		r := result(c.name, got.Times, c.budget)
		r.Answer = got.Answer
		if i := slices.Index(linear, c.mega); i >= 0 && c.series != "" {
			if b.report.PerMega[c.series] == nil {
				b.report.PerMega[c.series] = make([]float64, len(linear))
			}
			b.report.PerMega[c.series][i] = r.Median / float64(c.mega)
		}
		if n := len(b.data[c.input]); n >= 500_000 {
			r.Bytes = n
			r.MBPerSecond = float64(n) / 1000 / r.Median
		}
		b.report.Results = append(b.report.Results, r)
		fmt.Fprint(os.Stderr, ".")
	}
	fmt.Fprintln(os.Stderr)
	return nil
}

func (b *bench) print() {
	fmt.Printf("%s, %d processors\n\n%-44s %12s %12s %16s\n", b.report.Browser, b.report.CPUs, "bytes", "raw", "brotli", "budget")
	for _, s := range b.report.Sizes {
		fmt.Printf("%-44s %12d %12d %16s\n", s.Name, s.Raw, s.Brotli, budget(float64(s.Budget), s.Brotli > s.Budget))
	}
	fmt.Printf("%-44s %12d\n", "memory of the WASM after start", b.report.Memory)
	fmt.Printf("\n%-44s %9s %9s %9s %5s %8s %12s\n", "milliseconds", "median", "fastest", "slowest", "runs", "MB/s", "budget")
	for _, r := range b.report.Results {
		speed := ""
		if r.MBPerSecond > 0 {
			speed = fmt.Sprintf("%.1f", r.MBPerSecond)
		}
		fmt.Printf("%-44s %9.2f %9.2f %9.2f %5d %8s %12s  %s\n", r.Name, r.Median, r.Min, r.Max, r.Runs, speed,
			budget(r.Budget, r.Over), r.Answer)
	}
	fmt.Printf("\n%-44s", "milliseconds for each MB, of so many:")
	for _, n := range linear {
		fmt.Printf(" %8d", n)
	}
	fmt.Println()
	for _, name := range slices.Sorted(maps.Keys(b.report.PerMega)) {
		fmt.Printf("%-44s", name)
		for _, t := range b.report.PerMega[name] {
			fmt.Printf(" %8s", strings.Replace(fmt.Sprintf("%.2f", t), "0.00", "", 1))
		}
		fmt.Println()
	}
}

// budget shows a budget, and whether it is kept.
func budget(v float64, over bool) string {
	switch {
	case v == 0:
		return ""
	case over:
		return fmt.Sprintf("%.0f over", v)
	}
	return fmt.Sprintf("%.0f under", v)
}
