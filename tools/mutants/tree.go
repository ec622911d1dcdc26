package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// leftOut are the directories that no test of the program reads. The score is in the driver's own directory, and
// recording it must not make a new tree.
var leftOut = []string{".git", "_output", "node_modules", "mutants"}

// A tree is a copy of the module that tests run in, since a test may write: with
// -update it writes goldens.
type tree struct {
	from, dir string
}

// newTree copies a module into a directory, which is emptied first.
func newTree(from, dir string) (*tree, error) {
	t := &tree{from, dir}
	return t, t.reset()
}

// reset makes the copy equal to the module.
func (t *tree) reset() error {
	if err := os.RemoveAll(t.dir); err != nil {
		return fmt.Errorf("cannot copy the module: %w", err)
	}
	return eachFile(t.from, func(path string, content []byte) error {
		return writeFile(filepath.Join(t.dir, path), string(content))
	})
}

// digestOf changes with any file of a module that a test may read.
func digestOf(root string) (string, error) {
	h := sha256.New()
	err := eachFile(root, func(path string, content []byte) error {
		sum := sha256.Sum256(content)
		_, err := fmt.Fprintf(h, "%s %x\n", path, sum)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

func eachFile(root string, do func(path string, content []byte) error) error {
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if slices.Contains(leftOut, e.Name()) {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !e.Type().IsRegular() {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return do(relative(root, path), content)
	})
}
