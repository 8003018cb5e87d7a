package ingest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/pcap"
)

// TestLimitTextSize: hex of that size is read, and longer is not looked at as text.
func TestLimitTextSize(t *testing.T) {
	for _, n := range []int{limit.TextSize, limit.TextSize + 2} {
		message := []byte("MESSAGE sip:a SIP/2.0\r\nVia: x\r\n\r\n")
		message = append(message, bytes.Repeat([]byte("x"), n/2-len(message))...)
		r := Read([]byte(hex.EncodeToString(message)), "", Options{NoRepair: true})
		read := len(r.Sources) > 1 && len(r.Sources[1].Bytes) == n/2
		if over := n > limit.TextSize; read == over || says(r, limit.More("bytes of text", limit.TextSize, -1)) != over || over && len(r.Items) != 1 {
			t.Errorf("%d bytes of hex: read %v", n, read)
		}
	}
	// What is no text is no less looked at.
	if r := Read(make([]byte, limit.TextSize+1), "", Options{NoRepair: true}); len(r.Steps) != 0 {
		t.Errorf("%+v", r.Steps)
	}
}

// says reports whether a step says so, and one alone.
func says(r *Result, what string) bool {
	n := 0
	for _, s := range r.Steps {
		if strings.Contains(s.Detail, what) {
			n++
		}
	}
	return n == 1
}

// A limit that a capture reached is told in a step, with its place.
func TestCaptureBounds(t *testing.T) {
	for _, bounds := range [][]*limit.Error{nil, {{What: "fragments of one datagram", Limit: limit.FragmentsOfOne, Offset: 99}}} {
		r := &reader{result: &Result{Sources: []Source{{Parent: -1}}}}
		r.captured(0, &pcap.Result{Packets: 1, Bounds: bounds})
		if got := says(r.result, "more than 1024 fragments of one datagram at byte 99"); got != (bounds != nil) {
			t.Errorf("%+v", r.result.Steps)
		}
	}
}

// TestRepeatKept: what would be written out to more than so many times the text stays.
func TestRepeatKept(t *testing.T) {
	for _, over := range []bool{false, true} {
		text := func(times string) string {
			return "OPTIONS sip:a@example.com SIP/2.0\r\nSubject: <repeat count=" + times + ">0123456789</repeat>\r\nContent-Length: 0\r\n\r\n"
		}
		given := "000000"
		size := len(text(given))
		most := limit.CompressionRatio*size + limit.CompressionFloor - strings.Index(text(given), "<repeat")
		times := most / 10
		if over {
			times++
		}
		b := text(strings.Repeat("0", 6-len(strconv.Itoa(times))) + strconv.Itoa(times))
		r := Read([]byte(b), "", Options{})
		said := says(r, limit.More("times the size of the input to write out", limit.CompressionRatio, strings.Index(b, "<repeat")))
		last := r.Sources[len(r.Sources)-1].Bytes
		if said != over || bytes.Contains(last, []byte("<repeat")) != over || !bytes.Contains(last, []byte("Content-Length: 0")) {
			t.Errorf("%d times: %+v, %d bytes", times, r.Steps, len(last))
		}
	}
}

// TestLimitUnpacked: the last byte, and the last piece, that may be taken out of an
// input, and the one after.
func TestLimitUnpacked(t *testing.T) {
	r := &reader{result: &Result{Sources: []Source{{Parent: -1}}}, size: limit.Unpacked - 10}
	if _, ok := r.add(0, make([]byte, 10), ""); !ok {
		t.Error("the last bytes are not unpacked")
	}
	if _, ok := r.add(0, make([]byte, 1), ""); ok || !says(r.result, limit.More("bytes unpacked", limit.Unpacked, -1)) {
		t.Error("more is unpacked")
	}
	pieces := make([]Source, limit.Sources)
	pieces[0].Parent = -1
	r = &reader{result: &Result{Sources: pieces}}
	if _, ok := r.add(0, nil, ""); !ok || len(r.result.Steps) != 0 {
		t.Error("the last piece is not taken out")
	}
	if _, ok := r.add(0, nil, ""); ok || !says(r.result, limit.More("pieces unpacked", limit.Sources, -1)) {
		t.Error("one more is taken out")
	}
}

// TestLimitEndSearch: the end of a multipart is looked for a last time, and no more.
func TestLimitEndSearch(t *testing.T) {
	b := []byte("MESSAGE sip:a@b.example SIP/2.0\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\nOPTIONS sip:a@b.example SIP/2.0\r\nCall-ID: 1\r\n\r\n")
	second := bytes.Index(b, []byte("OPTIONS"))
	most := limit.EndSearch*len(b) + limit.TextSize
	for _, looked := range []int{most, most + 1} {
		r := &reader{result: &Result{Sources: []Source{{Parent: -1, Bytes: b}}}, looked: looked}
		next := r.nextMessage(0, b, 0)
		if over := looked > most; (next == second) == over || says(r.result, limit.More("bytes looked through for where messages end", most, -1)) != over {
			t.Errorf("the next begins at %d, %+v", next, r.result.Steps)
		}
	}
}

// TestLimitUnended: the archive that is whole comes after so many that are not.
func TestLimitUnended(t *testing.T) {
	for _, n := range []int{limit.Unended, limit.Unended + 1} {
		b := strings.Repeat("-- BEGIN NOTHING --\nAAAA\n", n) + "-- BEGIN MESSAGE --\n" + base64.StdEncoding.EncodeToString([]byte("OPTIONS sip:a@example.com SIP/2.0\r\nCall-ID: 1\r\n\r\n")) + "\n-- END MESSAGE --\n"
		archives, more := findArchives([]byte(b))
		over := n > limit.Unended
		if (len(archives) == 1) == over || (more >= 0) != over || over && more != limit.Unended*len("-- BEGIN NOTHING --\nAAAA\n") {
			t.Errorf("after %d: %d archives, more at %d", n, len(archives), more)
		}
		if r := Read([]byte(b), "", Options{}); !over && len(r.Sources) < 2 {
			t.Errorf("after %d: %+v", n, r.Steps)
		}
	}
}
