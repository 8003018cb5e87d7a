package ber

import (
	"encoding/hex"
	"strings"
	"testing"
)

// One value for each rule, and the offset of the octet that breaks it.
func TestDERNotes(t *testing.T) {
	for _, test := range []struct {
		in     string
		rule   string // "" for DER
		offset int
	}{
		{"30 03 02 01 05", "", 0},
		{"30 80 00 00", "X.690 10.1", 1},
		{"04 81 01 61", "X.690 10.1", 1},
		{"04 82 00 80" + strings.Repeat("61", 128), "X.690 10.1", 1},
		{"04 81 80" + strings.Repeat("61", 128), "", 0},
		{"9f 05 01 00", "X.690 8.1.2.2", 0},
		{"9f 80 45 01 00", "X.690 8.1.2.4.2", 0},
		{"9f 45 01 00", "", 0},
		{"24 03 04 01 61", "X.690 10.2", 0},
		{"22 03 02 01 05", "X.690 8.3.1", 0},
		{"10 00", "X.690 8.9.1", 0},
		{"11 00", "X.690 8.11.1", 0},
		{"01 01 01", "X.690 11.1", 2},
		{"01 01 ff", "", 0},
		{"01 02 ff ff", "X.690 8.2.1", 2},
		{"02 00", "X.690 8.3.1", 0},
		{"02 02 00 05", "X.690 8.3.2", 2},
		{"02 02 ff 85", "X.690 8.3.2", 2},
		{"02 02 00 85", "", 0},
		{"0a 02 00 05", "X.690 8.4", 2},
		{"03 00", "X.690 8.6.2.1", 0},
		{"03 02 08 00", "X.690 8.6.2.2", 2},
		{"03 01 01", "X.690 8.6.2.3", 2},
		{"03 02 03 0f", "X.690 11.2.1", 3},
		{"03 02 03 08", "", 0},
		{"05 01 00", "X.690 8.8.2", 2},
		{"06 00", "X.690 8.19.2", 0},
		{"06 03 2a 80 01", "X.690 8.19.2", 3},
		{"06 02 2a 86", "X.690 8.19.2", 3},
		{"31 06 02 01 02 02 01 01", "X.690 11.6", 5},
		{"31 06 02 01 01 02 01 02", "", 0},
		{"31 06 01 01 00 02 01 01", "", 0},
		{"17 0b" + hex.EncodeToString([]byte("1101271836Z")), "X.690 11.8", 2},
		{"18 0f" + hex.EncodeToString([]byte("20110127183605Z")), "", 0},
		{"18 12" + hex.EncodeToString([]byte("20110127183605.50Z")), "X.690 11.7", 2},
		{"18 11" + hex.EncodeToString([]byte("20110127183605.5Z")), "", 0},
		{"13 03 61 40 62", "X.680 41.4", 3},
		{"12 02 31 61", "X.680 41.2", 3},
		{"16 02 61 e9", "X.680 41.1", 3},
		{"0c 02 61 e9", "X.690 8.23.10", 3},
		{"1e 03 00 61 00", "X.690 8.23.8", 4},
		{"30 02 00 00", "X.690 8.1.5", 2},
		{"09 00", "", 0},
		{"09 03 80 fb 05", "", 0}, // 5 * 2^-5
		{"09 03 80 fc 0a", "X.690 11.3.1", 4},
		{"09 04 80 fb 00 05", "X.690 11.3.1", 4},
		{"09 04 81 ff fb 05", "X.690 11.3.1", 3},
		{"09 04 81 01 00 05", "", 0},
		{"09 03 90 01 05", "X.690 11.3.1", 2},
		{"09 02 80 01", "X.690 8.5.7", 2},
		{"09 01 40", "", 0},
		{"09 01 44", "X.690 8.5.9", 2},
		{"09 06 03 31 35 2e 45 31", "", 0},
		{"09 03 01 31 35", "X.690 11.3.2", 2},
	} {
		in, err := hex.DecodeString(strings.ReplaceAll(test.in, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		notes := Parse(in).DERNotes()
		switch {
		case test.rule == "" && len(notes) > 0:
			t.Errorf("%s: %v, want none", test.in, notes)
		case test.rule != "" && (len(notes) != 1 || notes[0].Rule != test.rule || notes[0].Offset != test.offset):
			t.Errorf("%s: %v, want %s at byte %d", test.in, notes, test.rule, test.offset)
		}
	}
}

func TestDERNotesOfImplicitTypes(t *testing.T) {
	tree := Parse([]byte{0x81, 2, 0, 5})
	if notes := tree.DERNotesAs([]uint8{TagInteger}); len(notes) != 1 || notes[0].Rule != "X.690 8.3.2" {
		t.Errorf("got %v", notes)
	}
}
