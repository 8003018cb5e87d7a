package e2e

import (
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/tools/clock"
)

// The page, its worker and the program in it go by the clock of package clock: without
// this, a run with the clock ahead would say nothing.
func TestClock(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	p := openURL(t, s.url+"blank.html")
	for who, at := range run[map[string]string](p, `
		const { createInspector } = await import('`+s.url+`sipseal.js');
		const { createMaker } = await import('`+s.url+`sipseal-make.js');
		const inspector = await createInspector(), maker = await createMaker();
		const report = await inspector.inspect((await maker.authority({})).certificate);
		inspector.close(), maker.close();
		return { page: new Date().toISOString(), judge: report.judged.at, maker: report.certificates[0].notBefore };`) {
		got, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(who, err)
		}
		if off := clock.Now().Sub(got); off < -time.Minute || off > 5*time.Minute {
			t.Errorf("the %s's clock says %s, which is %s behind", who, at, off)
		}
	}
}
