package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// nobody owns no file in the image. It is a number, because the image has no passwd
// file.
const nobody = "65532:65532"

// image writes an image that holds one static binary and nothing else: no shell,
// no libraries, no certificates. The function communicates only with
// Crossplane.
//
// The same binary gives the same image, to the byte: the image has no timestamps.
func image(binary, arch, out string) error {
	layer, err := layerOf(binary)
	if err != nil {
		return fmt.Errorf("cannot make the image: %w", err)
	}
	img, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return fmt.Errorf("cannot make the image: %w", err)
	}
	img, err = mutate.ConfigFile(img, configOf(img, arch))
	if err != nil {
		return fmt.Errorf("cannot make the image: %w", err)
	}
	tag, err := name.NewTag("kasha/function-runtime:" + arch)
	if err != nil {
		return fmt.Errorf("cannot make the image: %w", err)
	}
	if err := tarball.WriteToFile(out, tag, img); err != nil {
		return fmt.Errorf("cannot write the image to %s: %w", out, err)
	}
	return nil
}

func configOf(img v1.Image, arch string) *v1.ConfigFile {
	c, err := img.ConfigFile()
	if err != nil { // The layer has just been made.
		panic(err)
	}
	c = c.DeepCopy()
	c.OS, c.Architecture = "linux", arch
	c.Created = v1.Time{Time: time.Unix(0, 0).UTC()}
	c.Config = v1.Config{
		User:         nobody,
		Entrypoint:   []string{"/function"},
		WorkingDir:   "/",
		ExposedPorts: map[string]struct{}{"9443/tcp": {}, "8080/tcp": {}},
		Labels: map[string]string{
			"org.opencontainers.image.title":    "function-kasha",
			"org.opencontainers.image.source":   "https://github.com/kasha-platform/kasha",
			"org.opencontainers.image.licenses": "Apache-2.0",
		},
	}
	return c
}

// layerOf a binary, which it calls /function.
func layerOf(binary string) (v1.Layer, error) {
	content, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(
		&tar.Header{Name: "function", Mode: 0o555, Size: int64(len(content)), ModTime: time.Unix(0, 0)}); err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b.Bytes())), nil
	})
}
