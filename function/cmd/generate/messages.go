package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/badclaims"
	"github.com/kasha-platform/kasha/function/internal/judge"
)

// messages is the page of all messages: why a claim is refused, and what to do about
// AWS's errors. The tests have the same messages.
func messages(*inputs) ([]byte, error) {
	cases, err := badclaims.Load(badClaims)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(pageGenerated)
	b.WriteString(`# Messages

Every message below is one that a test provokes; the words are what you will see. What to do is in
[troubleshooting](../troubleshooting.md).

## When AWS refuses something

The condition of the tier has the reason ` + "`Failed`" + `; its message begins with AWS's own code and words, and
ends with what to do. The first row that fits counts. An asterisk stands for a part of a code.

| AWS's code | of | AWS's message contains | The message ends with |
|---|---|---|---|
`)
	for _, a := range judge.Advisable() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", codes(a.Codes, "none"), codes(a.Kinds, "any kind"), a.Says,
			cell(a.Do))
	}
	b.WriteString(`
## When the API server refuses a claim

` + "`kubectl apply`" + ` prints the message, and nothing has been changed.

`)
	for _, c := range cases {
		told(&b, c, c.APIServer)
	}
	b.WriteString(`
## When the function refuses a claim

The claim is stored, its ` + "`Synced`" + ` condition is false with the message, and nothing in AWS has been changed.

`)
	for _, c := range cases {
		told(&b, c, c.Function)
	}
	return b.Bytes(), nil
}

// codes formats a list of code words, or the text for an empty list.
func codes(words []string, none string) string {
	if len(words) == 0 {
		return none
	}
	return "`" + strings.Join(words, "`, `") + "`"
}

func told(b *bytes.Buffer, c badclaims.Case, messages []string) {
	if len(messages) == 0 {
		return
	}
	fmt.Fprintf(b, "### %s\n\n%s\n\n```text\n%s\n```\n\n", strings.ToUpper(c.Name[:1])+c.Name[1:],
		strings.TrimSpace(c.Why), strings.Join(messages, "\n"))
}
