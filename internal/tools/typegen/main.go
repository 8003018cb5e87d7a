// Typegen reads the types of the report (internal/report/report.go) and writes
// what follows from them: the JSON encoder internal/report/encode_gen.go and the
// TypeScript declarations js/types.d.ts. One source, so that neither can drift
// from what the Go core produces.
//
// The encoder is generated, and not left to encoding/json, because that package
// adds 245 KB to the compressed WASM and takes twice as long over a report.
//
//	go run ./internal/tools/typegen
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// Where the source lies and where the results go, from the module's root.
const (
	sourceFile  = "internal/report/report.go"
	encoderFile = "internal/report/encode_gen.go"
	typesFile   = "js/types.d.ts"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "typegen:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := checkout.Root()
	if err != nil {
		return err
	}
	src, err := os.ReadFile(filepath.Join(root, sourceFile))
	if err != nil {
		return err
	}
	files, err := generate(src)
	if err != nil {
		return fmt.Errorf("%s: %w", sourceFile, err)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(root, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate returns the generated files by name.
func generate(src []byte) (map[string][]byte, error) {
	m, err := readModel(src)
	if err != nil {
		return nil, err
	}
	encoder, err := m.encoder()
	if err != nil {
		return nil, err
	}
	types, err := m.declarations()
	if err != nil {
		return nil, err
	}
	return map[string][]byte{encoderFile: encoder, typesFile: types}, nil
}
