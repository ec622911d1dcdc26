package validate

import (
	"regexp"
	"slices"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// taskName matches the name of a worker or a schedule. CEL rules in the schema have the same
// expression.
var taskName = regexp.MustCompile(`^[a-z]([a-z0-9]|-[a-z0-9]){0,23}$`)

// WorkersAreWhole requires workers with names of their own, whose queue is one of the claim's.
func WorkersAreWhole(p *plan.Plan) []error {
	var errs []error
	var names []string
	for _, w := range p.Claim.Spec.Workers {
		field := "spec.workers[" + w.Name + "]"
		switch {
		case !taskName.MatchString(w.Name):
			errs = append(errs,
				refuse(field+".name", "cannot use %q: a worker's name begins with a letter and has at "+
					"most 24 lower-case letters, digits and single hyphens; write for example mail", w.Name))
		case slices.Contains(names, w.Name):
			errs = append(errs, refuse("spec.workers", "cannot use two workers called %q: a name is listed twice; "+
				"give each worker a name of its own", w.Name))
		}
		names = append(names, w.Name)
		named := func(q v1alpha1.Queue) bool { return q.Name == w.Queue }
		if w.Queue != "" && !slices.ContainsFunc(p.Claim.Spec.Queues, named) {
			errs = append(errs,
				refuse("spec.workers", "cannot take work from %q: the claim has no queue of that name; "+
					"add it to spec.queues, or name one of those", w.Queue))
		}
		if w.Queue == "" && w.Scaling.BacklogPerTask != nil {
			errs = append(errs, refuse(field+".scaling.backlogPerTask", "cannot scale on a backlog without a queue: "+
				"there is nothing to count; set queue, or remove backlogPerTask"))
		}
	}
	return errs
}

// MessagesOutlastStops requires a worker to stop before SQS gives its message to another
// task: the message would be worked on twice at a time.
func MessagesOutlastStops(p *plan.Plan) []error {
	var errs []error
	for _, w := range p.Containers() {
		for _, q := range p.Claim.Spec.Queues {
			if w.Queue == q.Name && w.StopSeconds != nil && *w.StopSeconds > q.VisibilityTimeoutSeconds {
				errs = append(errs,
					refuse(w.Field+".stopSeconds", "cannot stop over %d seconds: after %d SQS gives the "+
						"message to another task; lower stopSeconds, or raise visibilityTimeoutSeconds "+
						"of the queue %s",
						*w.StopSeconds, q.VisibilityTimeoutSeconds, q.Name))
			}
		}
	}
	return errs
}
