package main

import (
	"context"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// work confirms orders until it is told to stop. It finishes the order at hand first.
func work(ctx context.Context) error {
	s, err := open(ctx, "QUEUE_URL")
	if err != nil {
		return err
	}
	defer s.db.Close()
	for ctx.Err() == nil {
		out, err := s.queue.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(s.url), WaitTimeSeconds: 20, MaxNumberOfMessages: 1,
		})
		if err != nil {
			if ctx.Err() != nil {
				break
			}
			return err
		}
		for _, m := range out.Messages {
			s.handle(context.WithoutCancel(ctx), m)
		}
	}
	return nil
}

// handle confirms an order and deletes its message. Without that, SQS gives the message to
// another task when its visibility timeout has passed, and to the dead-letter queue when
// it was received too often. Confirming an order twice does no harm.
func (s *shop) handle(ctx context.Context, m types.Message) {
	id := aws.ToString(m.Body)
	if _, err := s.db.ExecContext(ctx, "UPDATE orders SET confirmed = TRUE WHERE id = ?", id); err != nil {
		slog.Error("cannot confirm", "order", id, "error", err)
		return
	}
	slog.Info("confirmed", "order", id)
	_, err := s.queue.DeleteMessage(ctx, &sqs.DeleteMessageInput{
		QueueUrl: aws.String(s.url), ReceiptHandle: m.ReceiptHandle,
	})
	if err != nil {
		slog.Warn("cannot delete the message; the order is confirmed once more", "order", id, "error", err)
	}
}
