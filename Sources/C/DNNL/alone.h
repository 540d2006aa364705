#ifndef SADDLE_DNNL_ALONE_H
#define SADDLE_DNNL_ALONE_H

/// To be called before oneDNN computes: keeps the call on this thread.
void shim_stay_alone(void);

#endif
