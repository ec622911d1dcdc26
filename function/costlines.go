package function

import (
	"google.golang.org/protobuf/types/known/structpb"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/cost"
)

// addCostLines answers a tool that asks, in the request's context, for every line of the estimate. Crossplane never
// asks, and the status has only the sums of the tiers.
func addCostLines(req *fnv1.RunFunctionRequest, rsp *fnv1.RunFunctionResponse, e *cost.Estimate) error {
	if _, asked := req.GetContext().GetFields()[cost.ContextKey]; !asked {
		return nil
	}
	v, err := structpb.NewValue(e.Report())
	if err != nil {
		return err
	}
	if rsp.Context == nil {
		rsp.Context = &structpb.Struct{}
	}
	if rsp.Context.Fields == nil {
		rsp.Context.Fields = map[string]*structpb.Value{}
	}
	rsp.Context.Fields[cost.ContextKey] = v
	return nil
}
