// How long it takes until there is something to work with.

package main

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const (
	startRuns = 10
	// settle is how long a browser is left alone before something is measured in it: a
	// new window, a page that has just been opened and a service worker that has just
	// been installed have things of their own to do.
	settle = time.Second
)

// whenReady notes when the page says that it is ready.
const whenReady = `
	const note = () => {
		if (document.documentElement?.dataset.ready && !globalThis.readyAt) globalThis.readyAt = performance.now();
	};
	new MutationObserver(note).observe(document, { attributes: true, subtree: true });`

// Expressions that give a time.
const (
	pageReady = `new Promise((ok) => {
		const id = setInterval(() => { if (globalThis.readyAt) { clearInterval(id); ok(readyAt) } }, 5);
	})`
	moduleReady = `(async () => {
		const from = performance.now();
		const { createInspector } = await import('/sipseal.js');
		globalThis.inspector = await createInspector();
		return performance.now() - from;
	})()`
	firstInspection = `(async () => {
		const input = new Uint8Array(await (await fetch('/bench-data/demo')).arrayBuffer());
		const from = performance.now();
		await inspector.inspect(input);
		return performance.now() - from;
	})()`
)

// starts measures how long the page takes to be ready, and the module alone: on the
// first visit, with nothing in any cache; in a new tab, when everything is in one;
// and loaded again in the same tab.
func (b *bench) starts() error {
	times := map[string][]float64{}
	for range startRuns {
		if err := b.visit("page", "index.html", pageReady, times, nil); err != nil {
			return err
		}
		if err := b.visit("module", "blank.html", moduleReady, times, func(ctx context.Context) error {
			t, err := chromedp.Run(ctx, chromedp.Evaluate[float64](firstInspection, chromedp.EvalAwaitPromise))
			if err != nil {
				return err
			}
			times["first"] = append(times["first"], t)
			if b.report.Memory == 0 {
				b.report.Memory, err = chromedp.Run(ctx, chromedp.Evaluate[int]("inspector.memory()", chromedp.EvalAwaitPromise))
			}
			return err
		}); err != nil {
			return err
		}
	}
	for _, r := range []struct {
		name, times string
		budget      float64
	}{
		{"start: module ready, first visit", "module cold", 120},
		{"start: module ready, in a new tab", "module warm", 0},
		{"start: module ready, loaded again", "module reload", 60},
		{"start: page ready, first visit", "page cold", 120},
		{"start: page ready, in a new tab", "page warm", 0},
		{"start: page ready, loaded again", "page reload", 60},
		{"start: the first inspection", "first", 0},
	} {
		b.report.Results = append(b.report.Results, result(r.name, times[r.times], r.budget))
	}
	return nil
}

// visit opens a page in a profile of its own, in another tab of it and once more in
// that, and notes each time what the expression gives. then is called after the
// first.
func (b *bench) visit(what, name, expression string, times map[string][]float64, then func(context.Context) error) error {
	profile, end := chromedp.NewContext(b.browser, chromedp.WithNewBrowserContext())
	defer end()
	if err := chromedp.Do(profile); err != nil {
		return err
	}
	open := func(ctx context.Context, when string, how chromedp.Action[chromedp.Void]) error {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		time.Sleep(settle)
		if err := chromedp.Do(ctx, how); err != nil {
			return err
		}
		t, err := chromedp.Run(ctx, chromedp.Evaluate[float64](expression, chromedp.EvalAwaitPromise))
		times[what+" "+when] = append(times[what+" "+when], t)
		return err
	}
	tab := func() (context.Context, func(), error) {
		ctx, end := chromedp.NewContext(profile)
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: whenReady})
		return ctx, end, err
	}
	first, endFirst, err := tab()
	if err != nil {
		return err
	}
	if err := open(first, "cold", chromedp.Navigate(b.url+name)); err != nil {
		return err
	}
	if then != nil {
		if err := then(first); err != nil {
			return err
		}
	}
	// Until the service worker has put everything away.
	time.Sleep(settle)
	endFirst()
	second, endSecond, err := tab()
	if err != nil {
		return err
	}
	defer endSecond()
	if err := open(second, "warm", chromedp.Navigate(b.url+name)); err != nil {
		return err
	}
	return open(second, "reload", chromedp.Reload())
}
