package console

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestPrint(t *testing.T) {
	v := map[string]any{"name": "shop", "ready": true}
	for format, want := range map[string]string{
		JSON: "{\n  \"name\": \"shop\",\n  \"ready\": true\n}\n",
		YAML: "name: shop\nready: true\n",
		Text: "shop is ready\n",
	} {
		var b bytes.Buffer
		c := &Console{Out: &b, Format: format}
		if err := c.Print(v, func() { c.Printf("shop is ready\n") }); err != nil || b.String() != want {
			t.Errorf("%s: %q, %v; want %q", format, b.String(), err, want)
		}
	}
}

// TestTable: colours do not move columns, and there are none unless the console is coloured.
func TestTable(t *testing.T) {
	rows := [][]Cell{{{Text: "db", Style: Bad}, {Text: "Failed"}},
		{{Text: "network"}, {Text: "Available", Style: Good}}}
	var plain, coloured bytes.Buffer
	(&Console{Out: &plain}).Table([]string{"TIER", "STATE"}, rows)
	want := "TIER     STATE\ndb       Failed\nnetwork  Available\n"
	if plain.String() != want {
		t.Errorf("got %q, want %q", plain.String(), want)
	}
	(&Console{Out: &coloured, Color: true}).Table([]string{"TIER", "STATE"}, rows)
	if !strings.Contains(coloured.String(), "\x1b[31mdb\x1b[0m       Failed\n") {
		t.Errorf("the table is not coloured, or its columns moved: %q", coloured.String())
	}
}

func TestConfirm(t *testing.T) {
	for answer, want := range map[string]bool{"yes\n": true, "YES\n": true, "y\n": false, "\n": false, "": false} {
		c := &Console{In: strings.NewReader(answer), Err: &bytes.Buffer{}}
		if got := c.Confirm("Delete it?"); got != want {
			t.Errorf("%q is taken as %v", answer, got)
		}
	}
}

func TestAsk(t *testing.T) {
	c := &Console{In: strings.NewReader("mine\n\n"), Err: &bytes.Buffer{}}
	for _, want := range []string{"mine", "shop", "shop"} {
		if got, _ := c.Ask("Name?", "shop"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestCode(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want int
	}{
		{nil, OK}, {errors.New("unknown flag"), Usage}, {Exit(NotFound, errors.New("no claim")), NotFound},
		{fmt.Errorf("cannot: %w", Exit(AWS, errors.New("denied"))), AWS}, {Exit(7, nil), 7},
	} {
		if got := Code(tc.err); got != tc.want {
			t.Errorf("%v ends with %d, want %d", tc.err, got, tc.want)
		}
	}
}
