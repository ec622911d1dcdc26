package validate

import (
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// Bounds of a release.
const (
	// maxReleaseCommand leaves room for the rest of what a task is started with, which has at
	// most 8192 characters:
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
	maxReleaseCommand = 6000
	minReleaseSeconds = 60
	maxReleaseSeconds = 24 * 60 * 60
)

// ReleasesAreCommands requires releases that ECS can run, and that end.
func ReleasesAreCommands(p *plan.Plan) []error {
	var errs []error
	for _, r := range p.Releases {
		size := 0
		for _, arg := range r.Command {
			size += len([]rune(arg))
		}
		switch {
		case len(r.Command) == 0:
			errs = append(errs, refuse(r.Field+".command", "cannot run a release without a command: there is "+
				"nothing to run; write a command, or remove release"))
		case size > maxReleaseCommand:
			errs = append(errs, refuse(r.Field+".command", "cannot run a command of %d characters: ECS takes 8192 "+
				"characters with what is around it; use at most %d, and put more into the image", size,
				maxReleaseCommand))
		}
		if n := r.TimeoutSeconds; n < minReleaseSeconds || n > maxReleaseSeconds {
			errs = append(errs, refuse(r.Field+".timeoutSeconds", "cannot stop a release after %d seconds: a "+
				"release takes from a minute to a day; write %d to %d", n, minReleaseSeconds, maxReleaseSeconds))
		}
	}
	return errs
}
