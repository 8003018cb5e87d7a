package inspect

// Findings: what a reader should know beyond the verdict. The readers below this
// package note problems where they meet them; here each becomes a Finding with a
// title. The rules that need more than one reader's view are in the rules*.go files.

import (
	"strings"

	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/report"
)

// find adds a finding about a range of a place, and the part and message it is in.
func (x *inspection) find(at where, code, severity, detail, reference string) {
	switch {
	case x.found > limit.Findings:
		return
	case x.found == limit.Findings:
		// js/slices.js says the same of several reports together.
		at = where{message: -1, source: -1}
		code, severity, detail, reference = reached, report.SeverityWarning, sentence(limit.More("findings", limit.Findings, -1)+": the rest is not listed"), ""
	}
	// Of a certificate that is in several slices, what the first says of it stays.
	if x.slice == nil || at.certificate == nil {
		x.found++
	}
	f := report.Finding{
		Code: code, Severity: severity, Title: title(code), Detail: detail, Reference: reference,
		Part: at.path, Certificate: at.certificate,
	}
	if at.message >= 0 {
		f.Message = ptr(at.message)
	}
	if at.source >= 0 {
		f.Source, f.Range = ptr(at.source), ptr(at.span)
	}
	x.report.Findings = append(x.report.Findings, f)
}

// where is the place of a finding. Message and source are -1 when there is none.
type where struct {
	message     int
	path        string
	certificate *int // index in Report.Certificates
	source      int
	span        report.Range
}

// reached is the code of a finding that says which limit of this package was reached.
const reached = "limit-reached"

// over says that there is more of something at a place than is shown, and what becomes of it.
func (x *inspection) over(at where, what string, most int, rest string) {
	x.find(at, reached, report.SeverityWarning, sentence(limit.More(what, most, at.span[0])+": "+rest), "")
}

// cmsFindings reports the problems of a CMS object.
func (x *inspection) cmsFindings(problems []cms.Problem, p place, c claim) {
	damaged := false
	for _, problem := range problems {
		if problem.Code == "ber" {
			if damaged {
				continue // what is around a damaged value is damaged with it
			}
			damaged = true
		}
		x.find(where{message: c.message, path: c.path, source: p.source, span: p.at(problem.Range)}, "cms-"+problem.Code, problem.Severity, sentence(problem.Detail), problem.Reference)
	}
}

// sentence makes an error text a sentence.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

func hyphens(s string) string { return strings.ReplaceAll(s, " ", "-") }
