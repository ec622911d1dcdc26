package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A page is one Markdown file.
type page struct {
	path    string
	links   []link
	anchors []string
	blocks  []block
}

// A link is what a page refers to.
type link struct {
	target string
	line   int
}

// A block is a block of code.
type block struct {
	language, text string
	line           int
}

var (
	linkPattern = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	codeSpan    = regexp.MustCompile("`[^`]*`")
)

func read(path string) (*page, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot check a page: %w", err)
	}
	p := &page{path: path}
	lines := bufio.NewScanner(bytes.NewReader(content))
	lines.Buffer(nil, 1<<20)
	var in *block
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		fence, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case isFence && in == nil:
			in = &block{language: fence, line: n}
		case isFence:
			p.blocks, in = append(p.blocks, *in), nil
		case in != nil:
			in.text += line + "\n"
		default:
			p.prose(line, n)
		}
	}
	if in != nil {
		return nil, fmt.Errorf("%s:%d: a block of code never ends", path, in.line)
	}
	return p, lines.Err()
}

func (p *page) prose(line string, n int) {
	if heading := strings.TrimLeft(line, "#"); heading != line && strings.HasPrefix(heading, " ") {
		p.anchors = append(p.anchors, anchor(strings.TrimSpace(heading)))
	}
	for _, m := range linkPattern.FindAllStringSubmatch(codeSpan.ReplaceAllString(line, "x"), -1) {
		p.links = append(p.links, link{m[1], n})
	}
}

// anchor is the anchor that GitHub derives from a heading.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteRune('-')
		case r == '-' || r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		}
	}
	return b.String()
}

// checkLinks finds the target of each link. Links to other sites are not followed.
func (p *page) checkLinks() []error {
	var errs []error
	for _, l := range p.links {
		if strings.Contains(l.target, "://") || strings.HasPrefix(l.target, "mailto:") {
			continue
		}
		if err := p.follow(l.target); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: the link %s leads nowhere: %w", p.path, l.line, l.target, err))
		}
	}
	return errs
}

func (p *page) follow(target string) error {
	file, fragment, _ := strings.Cut(target, "#")
	to := p
	if file != "" {
		path := filepath.Join(filepath.Dir(p.path), file)
		if _, err := os.Stat(path); err != nil {
			return err
		}
		if fragment == "" {
			return nil
		}
		other, err := read(path)
		if err != nil {
			return err
		}
		to = other
	}
	if !slices.Contains(to.anchors, fragment) {
		return fmt.Errorf("there is no heading for #%s", fragment)
	}
	return nil
}
