#ifndef SADDLE_DNNL_ENTER_H
#define SADDLE_DNNL_ENTER_H

/// To be called before oneDNN computes: OpenMP keeps the number of threads for each calling
/// thread, this project for the process.
void shim_enter(void);

#endif
