package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSBOM describes a real binary, this test, and finds what is wrong with documents of
// others.
func TestSBOM(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sbom.json")
	if err := describe([]string{self}, path); err != nil {
		t.Fatal(err)
	}
	if err := checkSBOM(path, binary, info); err != nil {
		t.Errorf("the document is of this binary, but: %v", err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"SPDX-2.3"`, "pkg:golang/github.com/google/go-containerregistry@v", "pkg:golang/stdlib@1.", "DESCRIBES",
		"DEPENDS_ON",
	} {
		if !bytes.Contains(good, []byte(want)) {
			t.Errorf("the document does not have %s", want)
		}
	}

	cases := map[string]struct {
		reason string
		change func(d *sbom)
		binary []byte
		want   string
	}{
		"OtherBinary": {
			"A document of another architecture does not describe this one.", func(*sbom) {}, []byte("x"),
			"is of another binary",
		},
		"Missing": {"A module with a known hole must not be hidden.", func(d *sbom) {
			d.Packages = d.Packages[:len(d.Packages)-1]
		}, binary, "which is in the binary"},
		"Stale": {"A document of an older build names what is gone.", func(d *sbom) {
			d.module("pkg:golang/example.org/gone@v1.0.0")
		}, binary, "which is not in the binary"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var d sbom
			if err := json.Unmarshal(good, &d); err != nil {
				t.Fatal(err)
			}
			tc.change(&d)
			b, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			other := filepath.Join(t.TempDir(), "sbom.json")
			if err := os.WriteFile(other, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := checkSBOM(other, tc.binary, info); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s\nwant an error with %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
}

// TestSBOMIsReproducible: the same binaries give the same document, and a module that two
// architectures have is in it once.
func TestSBOMIsReproducible(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var all [2][]byte
	for i := range all {
		path := filepath.Join(t.TempDir(), "sbom.json")
		if err := describe([]string{self, self}, path); err != nil {
			t.Fatal(err)
		}
		if all[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(all[0], all[1]) {
		t.Error("two documents of the same binaries differ")
	}
	if n := bytes.Count(all[0], []byte(`"name": "stdlib"`)); n != 1 {
		t.Errorf("the standard library is in the document %d times", n)
	}
}

// TestCheckContent finds the document of the image's architecture, and misses one that is not
// there.
func TestCheckContent(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(t.TempDir(), "sbom-amd64.spdx.json")
	if err := describe([]string{self}, mine); err != nil {
		t.Fatal(err)
	}
	sboms := []string{filepath.Join(t.TempDir(), "sbom-arm64.spdx.json"), mine}
	files := map[string]file{"function": {content: binary}}
	if err := checkContent(sboms, "amd64", files); err != nil {
		t.Errorf("the document is there, but: %v", err)
	}
	if err := checkContent(sboms[1:], "arm64", files); err == nil ||
		!strings.Contains(err.Error(), "no bill of materials") {
		t.Errorf("a document is missing, but: %v", err)
	}
}
