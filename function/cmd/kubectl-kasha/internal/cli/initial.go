package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/console"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/offline"
)

// initial is the command init. A function of that name would run at the start.
func (a *App) initial() *cobra.Command {
	answers := &offline.Answers{Region: "us-east-1", Environment: string(v1alpha1.Production)}
	ports, queues := [2]string{"8080", "8080"}, "jobs"
	var yes, force bool
	cmd := &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a first claim, after a few questions",
		Long: "Asks what a claim needs and writes one, with a comment at each field. A flag answers its question\n" +
			"beforehand; --yes asks nothing. FILE is claim.yaml unless it is given; - is the standard output.",
		GroupID: groupFile,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := "claim.yaml"
			if len(args) > 0 {
				file = args[0]
			}
			if _, err := os.Stat(file); err == nil && !force {
				return fmt.Errorf("cannot write %s: it exists; give another name, or --force", file)
			}
			if ns := *a.flags.Namespace; ns != "" {
				answers.Namespace = ns
			}
			if err := a.interview(cmd, answers, answers.Questions(&ports, &queues), yes); err != nil {
				return err
			}
			if err := complete(answers, ports, queues); err != nil {
				return err
			}
			return a.runInit(cmd, answers, file)
		},
	}
	for _, q := range answers.Questions(&ports, &queues) {
		if q.Flag != "namespace" { // It is a flag of all commands.
			cmd.Flags().StringVar(q.Into, q.Flag, *q.Into, q.Text)
		}
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "ask nothing: take the flags and the defaults")
	cmd.Flags().BoolVar(&force, "force", false, "write over a file that exists")
	return cmd
}

// interview asks the questions that no flag answers.
func (a *App) interview(cmd *cobra.Command, answers *offline.Answers, questions []offline.Question, yes bool) error {
	for _, q := range questions {
		suggestion := *q.Into
		if q.Flag == "namespace" && suggestion == "" && answers.Name != "" {
			suggestion = "team-" + answers.Name
		}
		given := cmd.Flags().Changed(q.Flag)
		if given || yes {
			*q.Into = suggestion
			continue
		}
		answer, err := a.Ask(q.Text, suggestion)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		*q.Into = answer
	}
	return nil
}

// complete the answers with those that are no texts.
func complete(answers *offline.Answers, ports [2]string, queues string) error {
	for i, into := range []*int{&answers.FrontendPort, &answers.BackendPort} {
		n, err := strconv.Atoi(ports[i])
		if err != nil {
			return fmt.Errorf("cannot use the port %q: it is not a number; write one from 1 to 65535", ports[i])
		}
		*into = n
	}
	for _, q := range strings.Split(queues, ",") {
		if q = strings.TrimSpace(q); q != "" && q != "none" {
			answers.Queues = append(answers.Queues, q)
		}
	}
	for flag, value := range map[string]string{
		"--name": answers.Name, "--frontend-image": answers.Frontend, "--backend-image": answers.Backend,
	} {
		if value == "" {
			return fmt.Errorf("cannot write a claim: there is no answer for %s; answer it, or give the flag", flag)
		}
	}
	return nil
}

// runInit writes the claim, and says what would be wrong with it.
func (a *App) runInit(cmd *cobra.Command, answers *offline.Answers, file string) error {
	b, err := answers.Claim()
	if err != nil {
		return err
	}
	c, err := offline.Reader{Stdin: bytes.NewReader(b)}.Claim(offline.Stdin)
	if err != nil {
		return err
	}
	p, err := a.previewer("")
	if err != nil {
		return err
	}
	v, err := offline.Judge(cmd.Context(), c, p)
	if err != nil {
		return err
	}
	if !v.Valid {
		return console.Exit(console.No, fmt.Errorf("cannot write a claim of these answers: %s would refuse it:\n  %s",
			v.RefusedBy, strings.Join(v.Problems, "\n  ")))
	}
	if file == offline.Stdin {
		_, err := a.Out.Write(b)
		return err
	}
	if err := os.WriteFile(file, b, 0o644); err != nil { //nolint:gosec // A claim is no secret.
		return fmt.Errorf("cannot write the claim: %w", err)
	}
	a.Notef("wrote %s: %d resources, %s USD a month; apply it with kubectl apply -f %s", file, v.Resources, v.TotalUSD,
		file)
	return nil
}
