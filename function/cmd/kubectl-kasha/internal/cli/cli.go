// Package cli has the commands.
package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/console"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/offline"
)

// An App is the program without its process, for tests.
type App struct {
	*console.Console

	version string
	flags   *genericclioptions.ConfigFlags
	now     func() time.Time
	sleep   func(context.Context, time.Duration) error
	connect func() (*cluster.Cluster, error)
	browse  func(ctx context.Context, url string) error
}

// New returns the program.
func New(c *console.Console, version string) *App {
	flags := genericclioptions.NewConfigFlags(true)
	return &App{
		Console: c, version: version, flags: flags, now: time.Now, sleep: sleep, browse: browse,
		connect: func() (*cluster.Cluster, error) { return cluster.Connect(flags) },
	}
}

// Run the command that args name, and return the code with which the process ends.
func Run(ctx context.Context, a *App, args []string) int {
	root := a.Root(called(args[0]))
	root.SetArgs(args[1:])
	err := root.ExecuteContext(ctx)
	if err != nil && err.Error() != "" {
		a.Notef("%s", a.Styled(console.Bad, err.Error()))
	}
	return console.Code(err)
}

// sleep until the time is over, or the user has enough.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// called is how a user calls the program. kubectl finds its plugins by their name.
func called(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), ".exe")
	if rest, plugin := strings.CutPrefix(name, "kubectl-"); plugin {
		return "kubectl " + rest
	}
	return name
}

// The groups of commands.
const (
	groupFile    = "file"
	groupCluster = "cluster"
	groupAWS     = "aws"
)

// Root is the command that has all others.
func (a *App) Root(name string) *cobra.Command {
	root := &cobra.Command{
		Use:   "kubectl-kasha",
		Short: "Show, follow and repair KashaClaims",
		Long: "Shows a KashaClaim before it is applied, says what a claim in a cluster waits for, repairs what\n" +
			"the provider has lost, and reaches the claim's workloads in AWS.\n\n" +
			"Exit codes: 0 done; 1 the answer is no; 2 the command line or a file is wrong; 3 there is no such\n" +
			"claim or workload; 4 the cluster and 5 AWS cannot be reached, or refuse.",
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: name},
		Version:       a.version,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return oneOf("--output", a.Format, console.Text, console.JSON, console.YAML)
		},
	}
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	f := root.PersistentFlags()
	f.StringVarP(&a.Format, "output", "o", console.Text, "the format of the result: `text`, json or yaml")
	a.flags.AddFlags(f)
	for _, rare := range []string{
		"as", "as-group", "as-uid", "as-user-extra", "cache-dir", "certificate-authority", "client-certificate",
		"client-key", "cluster", "disable-compression", "insecure-skip-tls-verify", "request-timeout", "server",
		"tls-server-name", "token", "user", "username", "password",
	} {
		if flag := f.Lookup(rare); flag != nil {
			flag.Hidden = true
		}
	}
	must(root.RegisterFlagCompletionFunc("output", fixed(console.Text, console.JSON, console.YAML)))
	root.AddGroup(
		&cobra.Group{ID: groupFile, Title: "From a claim's file, without a cluster:"},
		&cobra.Group{ID: groupCluster, Title: "In a cluster:"},
		&cobra.Group{ID: groupAWS, Title: "In AWS, with your own credentials:"},
	)
	root.AddCommand(a.commands()...)
	return root
}

// commands in the order of the help.
func (a *App) commands() []*cobra.Command {
	return []*cobra.Command{
		a.initial(), a.validate(), a.render(), a.diff(), a.cost(), a.graph(), a.explain(),
		a.status(), a.events(), a.open(),
	}
}

func must(err error) {
	if err != nil {
		panic(err) // A flag is misspelt in this program.
	}
}

// oneOf refuses a value that is none of these.
func oneOf(flag, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("cannot use %s %q: there is no such value; use %s", flag, value, strings.Join(allowed, ", "))
}

// A completion is what the shell may complete an argument or the value of a flag to.
type completion = func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective)

func fixed(values ...string) completion {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return values, cobra.ShellCompDirectiveNoFileComp
	}
}

// manifests completes the files of claims.
func manifests(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []string{"yaml", "yml", "json"}, cobra.ShellCompDirectiveFilterFileExt
}

// reader reads claims, in the namespace of --namespace unless their files say otherwise.
func (a *App) reader() offline.Reader {
	r := offline.Reader{Stdin: a.In}
	if a.flags.Namespace != nil {
		r.Namespace = *a.flags.Namespace
	}
	return r
}
