package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

// An sbom is a software bill of materials in the form of SPDX 2.3: which modules of which
// versions are in a binary. The Go toolchain writes them into every binary that it links, so
// this is what is in it, and not what a file says that should be.
// https://spdx.github.io/spdx-spec/v2.3/
type sbom struct {
	Version       string             `json:"spdxVersion"`
	License       string             `json:"dataLicense"`
	ID            string             `json:"SPDXID"`
	Name          string             `json:"name"`
	Namespace     string             `json:"documentNamespace"`
	Creation      sbomCreation       `json:"creationInfo"`
	Packages      []sbomPackage      `json:"packages"`
	Relationships []sbomRelationship `json:"relationships"`
}

type sbomCreation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type sbomPackage struct {
	Name          string         `json:"name"`
	ID            string         `json:"SPDXID"`
	Version       string         `json:"versionInfo,omitempty"`
	Download      string         `json:"downloadLocation"`
	FilesAnalyzed bool           `json:"filesAnalyzed"`
	Purpose       string         `json:"primaryPackagePurpose,omitempty"`
	Checksums     []sbomChecksum `json:"checksums,omitempty"`
	References    []sbomRef      `json:"externalRefs,omitempty"`
}

type sbomChecksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type sbomRef struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type sbomRelationship struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

// unsafeInID is what SPDX does not allow in an identifier.
var unsafeInID = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// describe writes the bill of materials of some binaries, one for each architecture. The same
// binaries give the same document: its date is that of the images.
func describe(binaries []string, out string) error {
	d := sbom{
		Version: "SPDX-2.3", License: "CC0-1.0", ID: "SPDXRef-DOCUMENT", Name: "function-kasha",
		Creation: sbomCreation{time.Unix(0, 0).UTC().Format(time.RFC3339), []string{"Tool: kasha-packager"}},
	}
	all := sha256.New()
	for _, b := range binaries {
		sum, err := d.add(b)
		if err != nil {
			return fmt.Errorf("cannot describe %s: %w", b, err)
		}
		all.Write(sum)
	}
	d.Namespace = "https://github.com/kasha-platform/kasha/sbom/" + hex.EncodeToString(all.Sum(nil))
	b, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(b, '\n'), 0o644)
}

// add a binary and what is in it. It returns the binary's SHA-256.
func (d *sbom) add(binary string) ([]byte, error) {
	content, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	arch := setting(info, "GOARCH")
	root := sbomPackage{
		Name: "function-kasha-" + arch, ID: "SPDXRef-binary-" + arch, Download: "NOASSERTION", Purpose: "APPLICATION",
		Checksums: []sbomChecksum{{"SHA256", hex.EncodeToString(sum[:])}},
	}
	d.Packages = append(d.Packages, root)
	d.relate(d.ID, "DESCRIBES", root.ID)
	for _, purl := range modulesOf(info) {
		d.relate(root.ID, "DEPENDS_ON", d.module(purl))
	}
	return sum[:], nil
}

// module adds a module once, and returns its identifier.
func (d *sbom) module(purl string) string {
	path, version, _ := strings.Cut(strings.TrimPrefix(purl, "pkg:golang/"), "@")
	p := sbomPackage{
		Name: path, Version: version, Download: "NOASSERTION",
		ID:         "SPDXRef-" + unsafeInID.ReplaceAllString(path+"-"+version, "-"),
		References: []sbomRef{{"PACKAGE-MANAGER", "purl", purl}},
	}
	if !slices.ContainsFunc(d.Packages, func(o sbomPackage) bool { return o.ID == p.ID }) {
		d.Packages = append(d.Packages, p)
	}
	return p.ID
}

func (d *sbom) relate(from, how, to string) {
	d.Relationships = append(d.Relationships, sbomRelationship{from, how, to})
}

// modulesOf are the package URLs of the modules in a binary, with Go's standard library.
func modulesOf(info *buildinfo.BuildInfo) []string {
	out := []string{"pkg:golang/stdlib@" + strings.TrimPrefix(info.GoVersion, "go")}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		out = append(out, "pkg:golang/"+m.Path+"@"+m.Version)
	}
	return out
}

func setting(info *buildinfo.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// checkSBOM sees to it that a bill of materials is of a binary, and names what is in it and
// nothing else.
func checkSBOM(path string, binary []byte, info *buildinfo.BuildInfo) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var d sbom
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("cannot read %s: %w", path, err)
	}
	var errs []error
	sum := sha256.Sum256(binary)
	var listed []string
	is := false
	for _, p := range d.Packages {
		for _, r := range p.References {
			listed = append(listed, r.Locator)
		}
		is = is || slices.Contains(p.Checksums, sbomChecksum{"SHA256", hex.EncodeToString(sum[:])})
	}
	if !is {
		errs = append(errs, fmt.Errorf("%s is of another binary", path))
	}
	in := modulesOf(info)
	for _, m := range in {
		if !slices.Contains(listed, m) {
			errs = append(errs, fmt.Errorf("%s does not name %s, which is in the binary", path, m))
		}
	}
	for _, m := range listed {
		if !slices.Contains(in, m) {
			errs = append(errs, fmt.Errorf("%s names %s, which is not in the binary", path, m))
		}
	}
	return errors.Join(errs...)
}
