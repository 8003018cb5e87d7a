// Package browser starts a headless Chromium for the tests and the bench.
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/chromedp"
)

// Find returns the path of Chromium. The error says what to install.
func Find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", fmt.Errorf("there is no Chromium: install it, on Debian with apt-get install -y chromium")
}

// quiet are the flags that keep Chromium from talking to anybody on its own and
// from slowing down pages that nobody looks at.
var quiet = []chromedp.ExecAllocatorOption{
	chromedp.Flag("disable-component-update", true),
	chromedp.Flag("disable-domain-reliability", true),
	chromedp.Flag("no-pings", true),
	chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter,AutofillServerCommunication,CertificateTransparencyComponentUpdater,"+
		// Chromium's own pages, which it would load for each window beside the one under test.
		"WebUIOmniboxPopup,WebUIOmniboxAimPopup"),
	chromedp.Flag("mute-audio", true),
	chromedp.WSURLReadTimeout(time.Minute),
}

// Start starts Chromium and returns a context whose children are its tabs. stop
// ends it. Extra options come last.
func Start(ctx context.Context, extra ...chromedp.ExecAllocatorOption) (_ context.Context, stop func(), _ error) {
	path, err := Find()
	if err != nil {
		return nil, nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path))
	options = append(options, quiet...)
	if os.Geteuid() == 0 {
		// Chromium's sandbox does not work for root, who is who tests in a container.
		options = append(options, chromedp.NoSandbox)
	}
	options = append(options, extra...)
	ctx, stopAllocator := chromedp.NewExecAllocator(ctx, options...)
	ctx, stopBrowser := chromedp.NewContext(ctx)
	stop = func() {
		stopBrowser()
		stopAllocator()
	}
	if err := chromedp.Do(ctx); err != nil {
		stop()
		return nil, nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return ctx, stop, nil
}
