package inspect

// Findings: what a reader should know beyond the verdict. The readers below this
// package note problems where they meet them; here each becomes a Finding with a
// title. The rules that need more than one reader's view are in the rules*.go files.

import (
	"strings"

	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/report"
)

// find adds a finding about a range of a place, and the part and message it is in.
func (x *inspection) find(at where, code, severity, detail, reference string) {
	if x.found >= maxFindings {
		return
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

// maxFindings is how many findings a report lists: beyond that nobody reads on.
const maxFindings = 500

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
