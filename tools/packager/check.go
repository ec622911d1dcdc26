package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// A checker pushes the packages to a registry, pulls them back, and checks what a
// cluster would get.
type checker struct {
	crossplane    string
	functions     []string
	sboms         []string
	configuration string
	crds          string
	rendered      []string

	host string
}

func (c *checker) check(ctx context.Context) error {
	stop, err := c.serve()
	if err != nil {
		return fmt.Errorf("cannot start a registry: %w", err)
	}
	defer stop()

	function, configuration := c.host+"/kasha-platform/function-kasha:v0.0.0", c.host+"/kasha-platform/kasha:v0.0.0"
	if err := errors.Join(c.push(ctx, function, c.functions...),
		c.push(ctx, configuration, c.configuration)); err != nil {
		return err
	}

	images, err := pullAll(function, len(c.functions))
	if err != nil {
		return fmt.Errorf("cannot pull the function: %w", err)
	}
	for _, img := range images {
		if err := checkFunction(ctx, img, c.sboms); err != nil {
			return fmt.Errorf("cannot accept the function's package: %w", err)
		}
	}
	pushed, err := digestOf(function)
	if err != nil {
		return fmt.Errorf("cannot look up the function: %w", err)
	}
	ref, err := name.ParseReference(configuration)
	if err != nil {
		return err
	}
	img, err := remote.Image(ref)
	if err != nil {
		return fmt.Errorf("cannot pull the configuration: %w", err)
	}
	if err := c.checkConfiguration(img, pushed); err != nil {
		return fmt.Errorf("cannot accept the configuration's package: %w", err)
	}
	fmt.Fprintf(os.Stderr, "the packages are good: a function for %d architectures, and a configuration\n",
		len(images))
	return nil
}

// pin prints the digest that the function's packages have together when they are pushed.
// Only a registry makes it, so they are pushed to one of ours. The digest does not depend on
// the registry.
func (c *checker) pin(ctx context.Context) error {
	stop, err := c.serve()
	if err != nil {
		return fmt.Errorf("cannot start a registry: %w", err)
	}
	defer stop()
	function := c.host + "/kasha-platform/function-kasha:v0.0.0"
	if err := c.push(ctx, function, c.functions...); err != nil {
		return err
	}
	d, err := digestOf(function)
	if err != nil {
		return fmt.Errorf("cannot look up the function: %w", err)
	}
	fmt.Println(d)
	return nil
}

// digestOf is what a tag stands for.
func digestOf(reference string) (string, error) {
	r, err := name.ParseReference(reference)
	if err != nil {
		return "", err
	}
	d, err := remote.Head(r)
	if err != nil {
		return "", err
	}
	return d.Digest.String(), nil
}

// serve a registry of ours, on loopback and in memory.
func (c *checker) serve() (func(), error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c.host = l.Addr().String()
	s := &http.Server{Handler: registry.New(registry.Logger(log.New(io.Discard, "", 0)))}
	go s.Serve(l)                    // Until it is closed.
	return func() { s.Close() }, nil // The files are no longer needed.
}

// push packages with Crossplane's own CLI, as users do.
func (c *checker) push(ctx context.Context, ref string, packages ...string) error {
	cmd := exec.CommandContext(ctx, c.crossplane, "xpkg", "push", "-f", strings.Join(packages, ","), ref)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("cannot push %s: %w: %s", ref, err, out.String())
	}
	return nil
}

// pullAll pulls all platforms of an image, and checks their number.
func pullAll(ref string, want int) ([]v1.Image, error) {
	r, err := name.ParseReference(ref)
	if err != nil {
		return nil, err
	}
	index, err := remote.Index(r)
	if err != nil {
		return nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	if len(manifest.Manifests) != want {
		return nil, fmt.Errorf("it has %d platforms, want %d", len(manifest.Manifests), want)
	}
	var out []v1.Image
	native := false
	for _, m := range manifest.Manifests {
		img, err := index.Image(m.Digest)
		if err != nil {
			return nil, err
		}
		native = native || m.Platform != nil && m.Platform.Architecture == runtime.GOARCH
		out = append(out, img)
	}
	if !native {
		return nil, fmt.Errorf("no package is for this machine's platform, %s: the function was not started",
			runtime.GOARCH)
	}
	return out, nil
}
