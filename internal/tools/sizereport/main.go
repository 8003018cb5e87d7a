// Sizereport says what each package costs in the inspector's WASM: the bytes of
// its functions, from the code section of a build that has kept its names. Data
// (Go's tables of types and lines, strings, variables) has no names in WASM and is
// shown as one row.
//
//	go run ./internal/tools/sizereport [-program inspect] [-all] [-functions 50]
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"sort"
	"strings"

	"github.com/sipseal/sipseal/internal/tools/checkout"
	"github.com/sipseal/sipseal/internal/tools/dist"
)

func main() {
	program := flag.String("program", "inspect", "folder of the program under wasm/")
	all := flag.Bool("all", false, "list the packages under 0.2% too")
	functions := flag.Int("functions", 0, "list so many of the largest functions in place of packages")
	flag.Parse()
	if err := run(*program, *all, *functions); err != nil {
		fmt.Fprintln(os.Stderr, "sizereport:", err)
		os.Exit(1)
	}
}

func run(program string, all bool, functions int) error {
	root, err := checkout.Root()
	if err != nil {
		return err
	}
	wasm, _, err := dist.BuildProgram(root, program, dist.Named)
	if err != nil {
		return err
	}
	m, err := readWASM(wasm)
	if err != nil {
		return err
	}
	if functions > 0 {
		sizes := m.byFunction()
		for _, s := range sizes[:min(functions, len(sizes))] {
			fmt.Printf("%9d  %s\n", s.size, s.name)
		}
		return nil
	}
	packages, err := linked(root, program)
	if err != nil {
		return err
	}
	sizes, total := m.byPackage(packages), m.data
	for _, s := range sizes {
		total += s.size
	}
	sizes = append(sizes, size{"(data: types, line tables, strings, variables)", m.data})
	sort.Slice(sizes, func(i, j int) bool { return sizes[i].size > sizes[j].size })
	small := 0
	for _, s := range sizes {
		if !all && s.size*500 < total {
			small += s.size
			continue
		}
		row(s.name, s.size, total)
	}
	if small > 0 {
		row("(packages under 0.2%)", small, total)
	}
	row("total", total, total)
	for _, form := range []struct {
		dist.Form
		name string
	}{{dist.Plain, "as Go links it"}, {dist.Shrunk, "as shipped"}} {
		wasm, whyNot, err := dist.BuildProgram(root, program, form.Form)
		if err != nil {
			return err
		}
		br, err := dist.BrotliKept(root, wasm)
		if err != nil {
			return err
		}
		fmt.Printf("%9d  %s\n%9d  %[2]s, brotli\n", len(wasm), form.name, len(br))
		if whyNot != "" {
			fmt.Println(whyNot)
		}
	}
	return nil
}

func row(name string, n, total int) {
	fmt.Printf("%9d %5.1f%%  %s\n", n, 100*float64(n)/float64(total), name)
}

// linked lists the import paths of the packages that are linked into a program.
func linked(root, program string) ([]string, error) {
	cmd := exec.Command("go", "list", "-deps", "./wasm/"+program)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	return strings.Fields(string(out)), err
}
