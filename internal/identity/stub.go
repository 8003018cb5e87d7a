package identity

import (
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

func (c *Context) response(h *sip.Header) report.Identity          { return report.Identity{Source: h.Range[0]} }
func (c *Context) authorization() []report.Identity                { return nil }
func (c *Context) event([]report.Identity) (report.Identity, bool) { return report.Identity{}, false }
