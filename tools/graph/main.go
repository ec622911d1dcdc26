// Graph draws a rendered claim: every resource in the box of its tier, and an
// arrow from each to what it refers to. Given a DOT file, it draws that.
//
// Usage: graph -o picture.svg rendered.yaml | picture.dot
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-graphviz"
)

func main() {
	out := flag.String("o", "", "the `file` to draw into")
	dot := flag.Bool("dot", false, "write DOT instead of SVG")
	flag.Parse()
	if err := run(context.Background(), flag.Arg(0), *out, *dot); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, in, out string, asDOT bool) error {
	source, err := os.ReadFile(in)
	if err != nil {
		return fmt.Errorf("cannot draw: %w", err)
	}
	if !strings.HasSuffix(in, ".dot") {
		resources, err := parse(source)
		if err != nil {
			return fmt.Errorf("cannot draw %s: %w", in, err)
		}
		source = []byte(describe(resources))
	}
	picture := source
	if !asDOT {
		if picture, err = draw(ctx, source); err != nil {
			return fmt.Errorf("cannot draw %s: %w", in, err)
		}
	}
	if err := os.WriteFile(out, picture, 0o644); err != nil {
		return fmt.Errorf("cannot draw: %w", err)
	}
	return nil
}

func draw(ctx context.Context, dot []byte) ([]byte, error) {
	g, err := graphviz.New(ctx)
	if err != nil {
		return nil, err
	}
	defer g.Close() // It is no longer needed.
	graph, err := graphviz.ParseBytes(dot)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := g.Render(ctx, graph, graphviz.SVG, &b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
