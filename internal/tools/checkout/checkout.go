// Package checkout finds the folder that holds this module's source, for the
// programs of the build: they may be started from any folder inside it.
package checkout

import (
	"errors"
	"os"
	"path/filepath"
)

// Root returns the nearest folder, from the working directory upwards, that
// holds a go.mod.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod here or in any folder above")
		}
		dir = parent
	}
}
